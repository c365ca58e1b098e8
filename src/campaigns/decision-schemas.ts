import { z } from '@hono/zod-openapi';
import { campaignStatuses, recipientStatuses } from '#src/db/schema/campaigns.ts';
import { breakerStates } from '#src/db/schema/instances.ts';
import type { Language } from '#src/platform/language.ts';
import { Id, InstantOut, toInstant } from '#src/platform/schemas.ts';
import { sayVerdict, type Verdict, windowAt } from './decision.ts';
import type { Explanation } from './explain-campaign.ts';
import type { RecipientExplanation } from './explain-recipient.ts';
import type { Health } from './lane.ts';

const Count = z.int().nonnegative();
const Cap = z.object({ limit: Count, used: Count }).nullable();
const Breaker = z.object({
  state: z.enum(breakerStates),
  reason: z.string().nullable(),
  retryAt: InstantOut.nullable(),
});

const Reasons = z.array(z.object({ reason: z.string(), count: Count }));
const List = z
  .object({
    excluded: Reasons.openapi({ description: 'Left out when the campaign was made' }),
    skipped: Reasons.openapi({ description: 'Passed over since: suppressed meanwhile, not-on-whatsapp …' }),
    failed: Reasons,
    suppressed: Reasons.openapi({
      description: 'Still waiting; as things stand now they will be skipped (of mail, among the next 1,000)',
    }),
  })
  .openapi({ description: 'Who of the list is not written to, by reason' });

const verdict = {
  code: z.string().openapi({
    description:
      'ended, paused, not-started-yet, user-banned, user-removed, switched-off, instance-not-open, outside-sending-window, number-unhealthy, ' +
      'cold-blocked, daily-cap-reached, warm-up, hourly-cap-reached, cold-cap-reached, credits-not-held, behind-other-campaign, ' +
      'identity-not-verified, identity-warm-up, carrier-quota, carrier-unavailable, subject-test, sending-now, between-messages, next; for a recipient also in-queue, suppressed, outcome-unknown, done',
  }),
  detail: z.string(),
  nextAllowedAt: InstantOut.nullable().openapi({
    description: 'Not before; null when somebody must act first, or never',
  }),
};

export const DecisionOut = z
  .object({
    ...verdict,
    status: z.enum(campaignStatuses),
    statusReason: z.string().nullable(),
    endsAtEstimate: InstantOut.nullable(),
    window: z.object({ open: z.boolean(), opensAt: InstantOut.nullable(), closesAt: InstantOut.nullable() }),
    caps: z.object({ daily: Cap, warmUp: z.boolean(), hourly: Cap, cold: Cap }),
    health: z.object({ ...Breaker.shape, cold: Breaker }),
    instance: z.object({ id: Id.nullable(), open: z.boolean(), connectedAt: InstantOut.nullable() }),
    lane: z.object({
      nextAllowedAt: InstantOut.nullable(),
      inFlight: z.boolean(),
      messagesUntilPause: Count.nullable(),
    }),
    credits: z.object({ held: Count, spent: Count }),
    recipientsLeft: Count,
    list: List,
  })
  .openapi('CampaignDecision');

export const RecipientDecisionOut = z
  .object({
    ...verdict,
    status: z.enum(recipientStatuses),
    statusReason: z.string().nullable(),
    suppression: z.string().nullable().openapi({ description: 'Why it would be skipped now' }),
    cold: z.boolean().openapi({ description: 'It would be the first message ever to this customer' }),
    ahead: Count.openapi({ description: 'Recipients before this one' }),
    expectedAt: InstantOut.nullable(),
    campaign: DecisionOut,
  })
  .openapi('RecipientDecision');

const presentVerdict = (given: Verdict, { situation }: Explanation, language: Language) => ({
  code: given.code,
  detail: sayVerdict(given, situation.rules, language),
  nextAllowedAt: toInstant(given.at),
});

const presentBreaker = (health: Health | null | undefined) => ({
  state: health?.state ?? ('closed' as const),
  reason: health?.reason ?? null,
  retryAt: toInstant(health?.retryAt ?? null),
});

export function presentDecision(explanation: Explanation, language: Language): z.input<typeof DecisionOut> {
  const { situation, view, left, list } = explanation;
  const { campaign, lane, rules, now } = situation;
  const { caps, usage } = situation.way;
  const { open, opensAt, closesAt } = windowAt(rules, now);
  const cap = (limit: number | null, used: number) => (limit === null ? null : { limit, used });
  return {
    ...presentVerdict(explanation.verdict, explanation, language),
    status: campaign.status,
    statusReason: campaign.statusReason,
    endsAtEstimate: toInstant(view.endsAt),
    window: { open, opensAt: toInstant(opensAt), closesAt: toInstant(closesAt) },
    caps: {
      daily: cap(caps.daily?.limit ?? null, usage.today),
      warmUp: caps.daily?.reason === 'warm-up',
      hourly: cap(caps.hourly, usage.lastHour),
      cold: cap(caps.cold, usage.coldToday),
    },
    health: { ...presentBreaker(lane?.health.all), cold: presentBreaker(lane?.health.cold) },
    instance: {
      id: campaign.instanceId,
      open: lane?.instanceOpen ?? false,
      connectedAt: toInstant(lane?.connectedAt ?? null),
    },
    lane: {
      nextAllowedAt: toInstant(lane?.nextAllowedAt ?? null),
      inFlight: Boolean(lane?.inFlightMessageId),
      messagesUntilPause: lane?.untilPause ?? null,
    },
    credits: view.credits,
    recipientsLeft: left,
    list,
  };
}

export function presentRecipientDecision(
  explanation: RecipientExplanation,
  language: Language,
): z.input<typeof RecipientDecisionOut> {
  const { recipient, own } = explanation;
  return {
    ...presentVerdict(own, explanation, language),
    status: recipient.status,
    statusReason: recipient.statusReason,
    suppression: recipient.suppression,
    cold: recipient.cold,
    ahead: recipient.ahead,
    expectedAt: toInstant(recipient.expectedAt),
    campaign: presentDecision(explanation, language),
  };
}
