import { z } from '@hono/zod-openapi';
import { Id } from '#src/platform/schemas.ts';
import { emailFields } from './email-schemas.ts';
import { CampaignIn, DelayIn } from './schemas.ts';

/** What of a campaign may be changed while it waits; what is left out stays. */
export const CampaignChanges = z
  .strictObject({
    name: CampaignIn.shape.name.optional(),
    text: CampaignIn.shape.text,
    variants: CampaignIn.shape.variants,
    mediaIds: CampaignIn.shape.mediaIds,
    templateId: CampaignIn.shape.templateId,
    startAt: CampaignIn.shape.startAt.unwrap().optional(),
    delay: DelayIn.nullable().optional(),
    validUntil: CampaignIn.shape.validUntil,
    ...emailFields,
    subjectTest: emailFields.subjectTest.nullable(),
  })
  .openapi('CampaignChanges', {
    description:
      'What is left out stays. `mediaIds` is the whole new list; `text: null` takes the text away, as long as media remain; `startAt: null` is now; `delay: null` is the user’s own. Of an email: a new `html`, `mjml` or `layout` takes the place of what there was, `preheader: null` and `subjectTest: null` take it away.',
  });

export const RecipientChange = z
  .strictObject({
    customerIds: z.array(Id).max(10_000).optional(),
    groupIds: z.array(Id).max(100).optional(),
    segmentIds: z.array(Id).max(20).optional(),
  })
  .openapi('RecipientChange');
export type RecipientChange = z.output<typeof RecipientChange>;

export const RetryIn = z
  .strictObject({ reasons: z.array(z.string().trim().min(1).max(100)).min(1).max(50).optional() })
  .openapi('RetryIn', {
    description:
      'Only failures of these reasons; left out: all but those that would fail again (`not-on-whatsapp`, `bounced`, `invalid-address`).',
    example: { reasons: ['media-upload-failed'] },
  });
