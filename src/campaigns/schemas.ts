import { z } from '@hono/zod-openapi';
import { campaignChannels, campaignStatuses, recipientStatuses } from '#src/db/schema/campaigns.ts';
import { messageKinds, messageStatuses } from '#src/db/schema/messages.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, PageQuery } from '#src/platform/schemas.ts';
import { emailFields } from './email-schemas.ts';
import { TEXT_LIMIT } from './plan-messages.ts';
import { EmailOut } from './present-email.ts';

const Count = z.int().nonnegative();

export const AudienceIn = z
  .strictObject({
    customerIds: z.array(Id).max(10_000).optional(),
    groupIds: z.array(Id).max(100).optional(),
    segmentIds: z.array(Id).max(20).optional().openapi({ description: 'Who is in them when the campaign is made.' }),
    includeGraylisted: z.boolean().optional(),
  })
  .openapi('Audience');

export const DelayIn = z
  .strictObject({ minSeconds: z.int().min(0).max(3600), maxSeconds: z.int().min(0).max(3600) })
  .refine((delay) => delay.minSeconds <= delay.maxSeconds, {
    path: ['maxSeconds'],
    error: bothLanguages({ en: 'Not below minSeconds', tr: 'minSeconds değerinden küçük olamaz' }),
  });

const Variants = z
  .array(z.strictObject({ text: z.string().max(TEXT_LIMIT * 4) }))
  .min(2)
  .max(5)
  .openapi({
    description: 'Instead of `text`: each recipient gets one of them, always the same, and the counts are kept apart',
  });

export const TemplateIdIn = Id.optional().openapi({
  description:
    'Instead of a text or a mail: what this template says now, whatever becomes of it. `mediaIds` take the place of its own',
});

/** The body of a campaign and of its quote. Text counts in UTF-16 units; Liquid variables are filled in per recipient. */
export const CampaignIn = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    channel: z.enum(campaignChannels),
    audience: AudienceIn,
    startAt: InstantIn.nullable().default(null),
    instanceId: Id.optional(),
    text: z
      .string()
      .max(TEXT_LIMIT * 4)
      .nullable()
      .optional(),
    variants: Variants.optional(),
    mediaIds: z.array(Id).max(10).optional(),
    templateId: TemplateIdIn,
    delay: DelayIn.optional(),
    validUntil: InstantIn.nullable().optional(),
    ...emailFields,
  })
  .openapi('CampaignIn', {
    example: {
      name: 'Bahar indirimi',
      channel: 'whatsapp',
      audience: { groupIds: ['019a0000-0000-7000-8000-000000000000'] },
      startAt: '2026-03-02T10:00:00+03:00',
      text: '{Merhaba|Selam} {{ firstName | default: "değerli müşterimiz" }}, bahar indirimi başladı!',
    },
  });

const reasons = (description: string) => z.string().openapi({ description });
const CampaignReason = reasons(
  'Waiting: instance-not-open, switched-off, outside-sending-window, carrier-unavailable, carrier-quota, identity-warm-up, number-unhealthy, cold-blocked, cold-cap-reached, daily-cap-reached, ' +
    'hourly-cap-reached, warm-up. Paused: paused-by-user, paused-by-admin, identity-not-verified, user-banned, user-removed, too-many-bounces, too-many-complaints (an email campaign that pauses by itself: look through its recipients, then resume it), start-missed (its time passed more than a ' +
    'day ago: resume it). Ended: cancelled-by-user, cancelled-by-admin, expired',
);
const MessageReason = reasons(
  'Skipped: blacklisted, graylisted, customer-deleted, phone-changed, no-consent, unsubscribed, address-changed, not-on-whatsapp, campaign-cancelled, campaign-ended, expired. ' +
    'Queued: file-unavailable (the file that is to go cannot be read for now). Failed: refused-by-whatsapp, not-on-whatsapp, invalid-content, media-upload-failed, upload-interrupted, no-session, ' +
    'instance-closed, not-sent, given-up, bounced, rejected, invalid-address, mailbox-unavailable. Unknown: timeout, connection-lost, server-error, no-key, worker-lost; unresolved ' +
    'waits for a decision. Sent: unconfirmed (no ack ever came), confirmed-by-user',
);
const Excluded = z.array(
  z.object({
    reason: reasons(
      'no-phone, blacklisted, graylisted, duplicate-phone; of an email: no-email, invalid-email, no-consent, unsubscribed, blacklisted, graylisted, duplicate-email',
    ),
    count: Count,
  }),
);

export const QuoteOut = z
  .object({
    recipientCount: Count,
    messagesPerRecipient: Count,
    creditsRequired: Count,
    creditsAvailable: Count,
    excluded: Excluded,
    startsAt: InstantOut.nullable(),
    endsAtEstimate: InstantOut.nullable(),
    warnings: z.array(
      z.object({
        code: reasons(
          'no-recipients, insufficient-credits, caption-too-long, instance-not-open, outside-sending-window, ends-before-everybody; of an ' +
            'email: identity-not-verified, large-mail, external-styles-removed, picture-without-alt, long-subject',
        ),
        detail: z.string(),
      }),
    ),
  })
  .openapi('CampaignQuote');

export const CountsOut = z.object(
  Object.fromEntries(recipientStatuses.map((status) => [status, Count])) as Record<
    (typeof recipientStatuses)[number],
    typeof Count
  >,
);

export const CampaignOut = z
  .object({
    id: Id,
    name: z.string(),
    channel: z.enum(campaignChannels),
    status: z.enum(campaignStatuses),
    statusReason: CampaignReason.nullable(),
    adminNote: z
      .string()
      .nullable()
      .openapi({ description: 'What the platform admin said who paused, resumed or cancelled it' }),
    adminHold: z.boolean().openapi({ description: 'Paused by the platform: only it can resume' }),
    instanceId: Id.nullable(),
    text: z.string().nullable(),
    variants: z
      .array(z.object({ index: Count, text: z.string(), counts: CountsOut.nullable() }))
      .nullable()
      .openapi({ description: 'With the counts of each; without, in lists' }),
    mediaIds: z.array(Id),
    template: z
      .object({ id: Id, version: z.int().positive() })
      .nullable()
      .openapi({ description: 'Where its content is from; it may have changed or be gone since' }),
    email: EmailOut.nullable(),
    startAt: InstantOut,
    nextRunAt: InstantOut.nullable(),
    validUntil: InstantOut.nullable(),
    endsAtEstimate: InstantOut.nullable(),
    recipientCount: Count,
    messagesPerRecipient: Count,
    counts: CountsOut,
    credits: z.object({ held: Count, spent: Count }),
    progress: z.number().min(0).max(1),
    replies: z
      .object({ count: Count, rate: z.number().min(0).max(1).nullable() })
      .openapi({ description: 'Recipients who answered, each once, and their share of those who got it' }),
    excluded: Excluded,
    createdAt: InstantOut,
    startedAt: InstantOut.nullable(),
    endedAt: InstantOut.nullable(),
  })
  .openapi('Campaign');

export const CampaignListQuery = PageQuery.extend({
  status: z.enum(campaignStatuses).optional(),
  channel: z.enum(campaignChannels).optional(),
});
export const RecipientListQuery = PageQuery.extend({
  status: z.enum(recipientStatuses).optional(),
  replied: z.enum(['true', 'false']).optional().openapi({ description: 'Who has answered; who has not' }),
});

export const RecipientOut = z
  .object({
    id: Id,
    customerId: Id,
    name: z.string(),
    address: z.string(),
    status: z.enum(recipientStatuses),
    statusReason: MessageReason.nullable(),
    spentCredits: Count,
    repliedAt: InstantOut.nullable().openapi({ description: 'The first answer to this campaign' }),
    optedOut: z.boolean().openapi({ description: 'Has asked not to be written to any more, by whatever campaign' }),
    email: z
      .object({
        providerMessageId: z.string().nullable(),
        errorCode: z.string().nullable().openapi({ description: 'What the recipient’s server or the carrier said' }),
        sentAt: InstantOut.nullable(),
        deliveredAt: InstantOut.nullable(),
        openedAt: InstantOut.nullable(),
        clickedAt: InstantOut.nullable(),
        bouncedAt: InstantOut.nullable(),
        complainedAt: InstantOut.nullable(),
        unsubscribedAt: InstantOut.nullable(),
      })
      .nullable()
      .openapi({ description: 'Of an email campaign, which has no `messages`' }),
    messages: z.array(
      z.object({
        id: Id,
        part: z.int().positive(),
        kind: z.enum(messageKinds),
        status: z.enum(messageStatuses),
        statusReason: MessageReason.nullable(),
        providerMessageId: z.string().nullable(),
        sentAt: InstantOut.nullable(),
        deliveredAt: InstantOut.nullable(),
        readAt: InstantOut.nullable(),
      }),
    ),
  })
  .openapi('Recipient');

export const RecipientParams = z.strictObject({ id: Id, recipientId: Id });

export const DecisionIn = z
  .strictObject({ decision: z.enum(['retry', 'give-up', 'sent']) })
  .openapi('UnknownDecision', {
    description:
      '`retry` sends again, knowing that somebody may get a message twice; `give-up` counts it as failed; `sent` says that it went out: it is paid for, once.',
  });
