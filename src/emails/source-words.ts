import type { z } from '@hono/zod-openapi';
import type { EmailSource } from '#src/db/schema/emails.ts';
import { invalid } from '#src/platform/problem.ts';
import type { LayoutIn } from './content-fields.ts';

/** What of a body is a mail's source. */
export type SourceWords = {
  html?: string | undefined;
  mjml?: string | undefined;
  layout?: z.output<typeof LayoutIn> | undefined;
};

export const hasSource = ({ html, mjml, layout }: SourceWords): boolean =>
  [html, mjml, layout].some((source) => source !== undefined);

/** The one source that is given. Throws a 400 for none and for several. */
export function sourceOf({ html, mjml, layout }: SourceWords): EmailSource {
  if ([html, mjml, layout].filter((given) => given !== undefined).length !== 1)
    throw invalid('html', {
      en: 'Give exactly one of html, mjml and layout',
      tr: 'html, mjml ve layout alanlarından yalnızca birini verin',
    });
  if (html !== undefined) return { kind: 'html', html };
  if (mjml !== undefined) return { kind: 'mjml', mjml };
  const { name, ...filled } = layout!;
  return { kind: 'layout', layout: name, ...filled };
}

/** The other way round. */
export function wordsOfSource(source: EmailSource): SourceWords {
  if (source.kind === 'html') return { html: source.html };
  if (source.kind === 'mjml') return { mjml: source.mjml };
  const { kind: _, layout: name, ...filled } = source;
  return { layout: { name, ...filled } };
}
