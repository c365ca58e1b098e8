import type { z } from '@hono/zod-openapi';
import type { Language } from '#src/platform/language.ts';
import { toInstant } from '#src/platform/schemas.ts';
import { countsOf, progressOf } from './campaign.ts';
import { presentEmail } from './present-email.ts';
import type { CampaignView, RecipientView } from './queries.ts';
import type { Quote } from './quote-campaign.ts';
import type { CampaignOut, QuoteOut, RecipientOut } from './schemas.ts';

export function presentCampaign({
  campaign,
  progress,
  credits,
  endsAt,
  variantCounts,
  email,
  replyCount,
}: CampaignView): z.input<typeof CampaignOut> {
  const counts = countsOf(progress);
  return {
    id: campaign.id,
    name: campaign.name,
    channel: campaign.channel,
    status: campaign.status,
    statusReason: campaign.statusReason,
    adminNote: campaign.operatorNote,
    adminHold: campaign.operatorHold,
    instanceId: campaign.instanceId,
    text: campaign.text,
    variants:
      campaign.variants?.map((text, index) => ({ index, text, counts: variantCounts?.[index] ?? null })) ?? null,
    mediaIds: campaign.mediaIds,
    template: campaign.templateId === null ? null : { id: campaign.templateId, version: campaign.templateVersion! },
    email: email && presentEmail(campaign, email),
    startAt: toInstant(campaign.startAt),
    nextRunAt: toInstant(campaign.nextRunAt),
    validUntil: toInstant(campaign.validUntilAt),
    endsAtEstimate: toInstant(endsAt),
    recipientCount: Object.values(counts).reduce((sum, count) => sum + count, 0),
    messagesPerRecipient: campaign.messagesPerRecipient,
    counts,
    credits,
    progress: progressOf(counts),
    replies: { count: replyCount, rate: replyRate(counts, replyCount) },
    excluded: campaign.excluded,
    createdAt: toInstant(campaign.createdAt),
    startedAt: toInstant(campaign.startedAt),
    endedAt: toInstant(campaign.endedAt),
  };
}

/** Of those who got it. */
function replyRate({ sent, delivered, read }: ReturnType<typeof countsOf>, count: number): number | null {
  const reached = sent + delivered + read;
  return reached === 0 ? null : Math.min(1, Math.round((count / reached) * 10_000) / 10_000);
}

export const presentQuote = (quote: Quote, language: Language): z.input<typeof QuoteOut> => ({
  ...quote,
  startsAt: toInstant(quote.startsAt),
  endsAtEstimate: toInstant(quote.endsAtEstimate),
  warnings: quote.warnings.map(({ code, detail }) => ({ code, detail: detail[language] })),
});

export const presentRecipient = (recipient: RecipientView): z.input<typeof RecipientOut> => ({
  id: recipient.id,
  customerId: recipient.customerId,
  name: recipient.name,
  address: recipient.address,
  status: recipient.status,
  statusReason: recipient.statusReason,
  spentCredits: recipient.spentCredits,
  repliedAt: toInstant(recipient.repliedAt),
  optedOut: recipient.optedOut,
  email:
    recipient.batch === null
      ? null
      : {
          providerMessageId: recipient.providerMessageId,
          errorCode: recipient.errorCode,
          sentAt: toInstant(recipient.sentAt),
          deliveredAt: toInstant(recipient.deliveredAt),
          openedAt: toInstant(recipient.openedAt),
          clickedAt: toInstant(recipient.clickedAt),
          bouncedAt: toInstant(recipient.bouncedAt),
          complainedAt: toInstant(recipient.complainedAt),
          unsubscribedAt: toInstant(recipient.unsubscribedAt),
        },
  messages: recipient.messages.map((message) => ({
    id: message.id,
    part: message.part,
    kind: message.kind,
    status: message.status,
    statusReason: message.statusReason,
    providerMessageId: message.providerMessageId,
    sentAt: toInstant(message.sentAt),
    deliveredAt: toInstant(message.deliveredAt),
    readAt: toInstant(message.readAt),
  })),
});
