import { CaseTag, IfTag, Liquid, RawTag, toValueSync, UnlessTag } from 'liquidjs';
import type { Language } from '#src/platform/language.ts';
import { escapeHtml, textFilters } from './text-filters.ts';

export const LONGEST_TEMPLATE = 200_000;

/** Filters whose result is safe in HTML as it is. */
const SAFE_IN_HTML = new Set(['escape', 'url_encode']);

/**
 * LiquidJS with nothing but conditions, `raw` and the text filters: no loops, no files, no assignments.
 * What one engine has parsed another may render: the language is the renderer's. `html`: whatever is put out is escaped; that is
 * the parser's.
 */
export function createLiquidEngine(language: Language, { html = false } = {}): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: LONGEST_TEMPLATE,
    locale: language,
    ...(html && { outputEscape: (value: unknown) => escapeHtml(toText(value)) }),
  });
  for (const name of Object.keys(liquid.tags)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) liquid.unregisterFilter(name);
  for (const [name, tag] of Object.entries({ if: IfTag, unless: UnlessTag, case: CaseTag, raw: RawTag }))
    liquid.registerTag(name, tag);
  for (const [name, { apply }] of Object.entries(textFilters))
    liquid.registerFilter(name, {
      raw: SAFE_IN_HTML.has(name),
      handler(value, ...values) {
        return apply(toText(value), values.map(toText), this.context.opts.locale as Language);
      },
    });
  return liquid;
}

function toText(value: unknown): string {
  const plain: unknown = toValueSync(value);
  return typeof plain === 'string'
    ? plain
    : typeof plain === 'number' || typeof plain === 'boolean'
      ? String(plain)
      : '';
}
