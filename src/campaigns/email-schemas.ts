import { z } from '@hono/zod-openapi';
import { contentFields, SubjectIn } from '#src/emails/content-fields.ts';
import { Id } from '#src/platform/schemas.ts';

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

/** What of a campaign's body is for email only. */
export const emailFields = {
  ...contentFields,
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
