import { z } from '@hono/zod-openapi';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id } from '#src/platform/schemas.ts';

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

const SubjectTest = z
  .strictObject({
    subject: SubjectIn,
    sharePercent: z.int().min(5).max(90).default(20),
    winnerBy: z.enum(['opens', 'clicks', 'hand']).default('opens'),
    afterMinutes: z.int().min(15).max(10_080).default(240),
  })
  .openapi('SubjectTest', {
    description: 'A second subject: each goes to half of a share, the better one to the rest after that time',
  });

const EMAIL_HTML = 200_000;

/** What of a campaign's body is for email only. */
export const emailFields = {
  subject: SubjectIn.optional(),
  preheader: line(250).nullish(),
  html: z.string().max(EMAIL_HTML).optional(),
  mjml: z.string().max(EMAIL_HTML).optional(),
  layout: LayoutIn.optional(),
  from: Id.optional().openapi({ description: 'A sending identity; left out: the newest that is verified' }),
  language: z
    .enum(['tr', 'en'])
    .optional()
    .openapi({ description: 'Of what Ulak adds: sender, unsubscribe link; left out: that of your settings' }),
  trackOpens: z.boolean().optional(),
  trackClicks: z.boolean().optional(),
  subjectTest: SubjectTest.optional(),
};

export const EMAIL_ONLY: readonly string[] = Object.keys(emailFields);
