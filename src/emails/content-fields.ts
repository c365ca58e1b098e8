import { z } from '@hono/zod-openapi';
import { bothLanguages } from '#src/platform/read-request.ts';

const Url = z.url({ protocol: /^https?$/ }).max(2000);
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\r\n]*$/, bothLanguages({ en: 'One line', tr: 'Tek satır' }));

export const SubjectIn = line(250).openapi({
  description: 'Liquid variables are filled in per recipient',
  example: '{{ firstName | default: "Merhaba" }}, bahar indirimi başladı',
});

export const LayoutIn = z
  .strictObject({
    name: z.enum(['announcement', 'newsletter', 'offer']),
    title: line(200),
    text: z.string().trim().min(1).max(20_000).openapi({ description: 'Paragraphs, apart by an empty line' }),
    imageUrl: Url.nullish(),
    imageAlt: line(200).nullish().openapi({ description: 'What the picture says, for those who do not see it' }),
    button: z.strictObject({ label: line(60), url: Url }).nullish(),
  })
  .openapi('EmailLayout');

const EMAIL_HTML = 200_000;

/** What a mail says, as people write it: a subject and exactly one of `html`, `mjml` and `layout`. */
export const contentFields = {
  subject: SubjectIn.optional(),
  preheader: line(250).nullish(),
  html: z.string().max(EMAIL_HTML).optional(),
  mjml: z.string().max(EMAIL_HTML).optional(),
  layout: LayoutIn.optional(),
};
