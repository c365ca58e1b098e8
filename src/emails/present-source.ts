import { z } from '@hono/zod-openapi';
import type { EmailSource } from '#src/db/schema/emails.ts';

const asWritten = { description: 'As it was written; null in lists' };
export const sourceOutFields = {
  html: z.string().nullable().openapi(asWritten),
  mjml: z.string().nullable().openapi(asWritten),
  layout: z
    .object({
      name: z.enum(['announcement', 'newsletter', 'offer']),
      title: z.string(),
      text: z.string(),
      imageUrl: z.string().nullable(),
      imageAlt: z.string().nullable(),
      button: z.object({ label: z.string(), url: z.string() }).nullable(),
    })
    .nullable()
    .openapi(asWritten),
};

type SourceOut = { [K in keyof typeof sourceOutFields]: z.input<(typeof sourceOutFields)[K]> };

/** The source of a mail in the words that it was given in. */
export function presentSource(source: EmailSource | null): SourceOut {
  const nothing = { html: null, mjml: null, layout: null };
  if (!source) return nothing;
  if (source.kind !== 'layout')
    return { ...nothing, [source.kind]: source.kind === 'html' ? source.html : source.mjml };
  const { layout: name, title, text, imageUrl = null, imageAlt = null, button = null } = source;
  return { ...nothing, layout: { name, title, text, imageUrl, imageAlt, button } };
}
