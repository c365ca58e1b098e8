import { type Template, TypeGuards } from 'liquidjs';
import { escapeHtml } from '#src/personalisation/text-filters.ts';
import type { Language } from '#src/platform/language.ts';
import { engineOf, parseEmailText } from './email-text.ts';

/** What a mail is filled with: by name, `firstName`, `unsubscribeUrl`, `link3`… Missing and blank: nothing. */
export type MailValues = (name: string) => string | undefined;

/** A place that is different for each recipient. */
export type Slot = (values: MailValues) => string;
/** Text that is the same for all, between slots: one more of them than of slots. */
export type SplitText = { literals: string[]; slots: Slot[] };

type Options = { html: boolean; language: Language };

const VARIABLE = /^\{\{-?\s*(\w+)\s*-?\}\}$/;
const NAME = /\b(?:unsubscribeUrl|link\d+|firstName|lastName|fullName|phone|email)\b/g;
/** HTML of ours. */
const MARKUP = new Set(['pixel']);

/** Parses a checked Liquid template once, so that for a recipient only the places that differ are made. */
export function splitTemplate(text: string, options: Options): SplitText {
  const split: SplitText = { literals: [''], slots: [] };
  for (const template of parseEmailText(text, options.html)) {
    const { token } = template;
    const fixed = TypeGuards.isHTMLToken(token) || (TypeGuards.isTagToken(token) && token.name === 'raw');
    if (fixed) split.literals[split.literals.length - 1] += render([template], options, {});
    else {
      split.slots.push(slotOf(template, text, options));
      split.literals.push('');
    }
  }
  return split;
}

const render = (templates: Template[], { html, language }: Options, scope: object): string =>
  engineOf(language, html).renderSync(templates, scope) as string;

function slotOf(template: Template, text: string, options: Options): Slot {
  const [, name] = VARIABLE.exec(template.token.getText()) ?? [];
  if (name !== undefined) {
    const asIs = !options.html || MARKUP.has(name);
    return (values) => (asIs ? (values(name) ?? '') : escapeHtml(values(name) ?? ''));
  }
  const names = namesIn(template, text);
  const templates = [template];
  return (values) => render(templates, options, Object.fromEntries(names.map((name) => [name, values(name)])));
}

/** Whatever may be read inside of it: a condition reaches to its end, which its own token does not tell. */
function namesIn({ token }: Template, text: string): string[] {
  const source = TypeGuards.isTagToken(token)
    ? text.slice(token.begin, endOf(token.name, text, token.end))
    : token.getText();
  return [...new Set(source.match(NAME))];
}

function endOf(name: string, text: string, from: number): number {
  const tag = new RegExp(`\\{%-?\\s*(end)?${name}\\b`, 'g');
  tag.lastIndex = from;
  let depth = 1;
  for (let found = tag.exec(text); found; found = tag.exec(text)) {
    depth += found[1] ? -1 : 1;
    if (depth === 0) return found.index;
  }
  return text.length;
}

export const fill = ({ literals, slots }: SplitText, values: MailValues): string =>
  slots.reduce((out, slot, i) => out + slot(values) + literals[i + 1]!, literals[0]!);
