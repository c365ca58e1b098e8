import { z } from '@hono/zod-openapi';
import type { EmailSource, emailContents, subjectTests } from '#src/db/schema/emails.ts';
import { presentSource, sourceOutFields } from '#src/emails/present-source.ts';
import { Id, InstantOut, toInstant } from '#src/platform/schemas.ts';
import type { Campaign } from './campaign.ts';

type Content = Pick<
  typeof emailContents.$inferSelect,
  'subject' | 'otherSubject' | 'preheader' | 'language' | 'sizeBytes'
>;
export type EmailView = {
  content: Content;
  test: typeof subjectTests.$inferSelect | null;
  /** Where one campaign is read. */
  source: EmailSource | null;
};

export const EmailOut = z
  .object({
    from: Id,
    subject: z.string(),
    preheader: z.string().nullable(),
    ...sourceOutFields,
    language: z.enum(['tr', 'en']),
    sizeBytes: z.int(),
    trackOpens: z.boolean(),
    trackClicks: z.boolean(),
    subjectTest: z
      .object({
        subject: z.string(),
        sharePercent: z.int(),
        winnerBy: z.enum(['opens', 'clicks', 'hand']),
        afterMinutes: z.int(),
        decidesAt: InstantOut.nullable(),
        winner: z.enum(['first', 'second']).nullable(),
      })
      .nullable(),
  })
  .openapi('CampaignEmail');

export const presentEmail = (campaign: Campaign, { content, test, source }: EmailView): z.input<typeof EmailOut> => ({
  from: campaign.identityId!,
  subject: content.subject,
  preheader: content.preheader,
  ...presentSource(source),
  language: content.language,
  sizeBytes: content.sizeBytes,
  trackOpens: campaign.trackOpens,
  trackClicks: campaign.trackClicks,
  subjectTest: test && {
    subject: content.otherSubject ?? '',
    sharePercent: test.sharePercent,
    winnerBy: test.winnerBy,
    afterMinutes: test.afterMinutes,
    decidesAt: toInstant(test.decideAt),
    winner: test.winner === null ? null : test.winner === 0 ? 'first' : 'second',
  },
});
