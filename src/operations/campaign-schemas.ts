import { z } from '@hono/zod-openapi';
import { countsOf, progressOf } from '#src/campaigns/campaign.ts';
import { sayVerdict } from '#src/campaigns/decision.ts';
import type { Explanation } from '#src/campaigns/explain-campaign.ts';
import { campaignChannels, campaignStatuses, recipientStatuses } from '#src/db/schema/campaigns.ts';
import { instanceStatuses } from '#src/db/schema/instances.ts';
import type { Language } from '#src/platform/language.ts';
import { Id, InstantIn, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import { campaignSorts } from './campaign-filters.ts';
import type { CampaignLine } from './read-campaigns.ts';

const Count = z.int().nonnegative();

export const CampaignQuery = PageQuery.extend({
  status: z.enum(campaignStatuses).optional(),
  channel: z.enum(campaignChannels).optional(),
  organizationId: Id.optional(),
  userId: Id.optional(),
  instanceId: Id.optional(),
  search: z.string().trim().min(1).max(200).optional().openapi({ description: 'Words of the campaign’s name' }),
  from: InstantIn.optional().openapi({ description: 'Made at or after' }),
  to: InstantIn.optional().openapi({ description: 'Made before' }),
  sort: z.enum(campaignSorts).default('newest').openapi({
    description:
      '`rate`: of those that run, the fastest first; `remaining`: of those that have not ended, the most first; `errors`: of those that have any',
  }),
});

const Reason = z.string().trim().min(1).max(500).openapi({ description: 'The owner reads it' });
export const ReasonBody = z.strictObject({ reason: Reason }).openapi('OperatorReason');
export const PauseBody = z
  .strictObject({
    reason: Reason,
    ownerMayResume: z.boolean().default(false).openapi({ description: 'Otherwise only a platform admin resumes it' }),
  })
  .openapi('OperatorPause');

const counts = z.object(
  Object.fromEntries(recipientStatuses.map((status) => [status, Count])) as Record<
    (typeof recipientStatuses)[number],
    typeof Count
  >,
);

const line = {
  id: Id,
  name: z.string(),
  channel: z.enum(campaignChannels),
  status: z.enum(campaignStatuses),
  statusReason: z.string().nullable().openapi({ description: 'Why it waits, is paused or has ended' }),
  adminNote: z.string().nullable(),
  adminHold: z.boolean(),
  organization: z.object({ id: Id, name: z.string() }),
  user: z.object({ id: Id, name: z.string(), email: z.string() }),
  instance: z
    .object({ id: Id, phone: z.string().nullable(), status: z.enum(instanceStatuses) })
    .nullable()
    .openapi({ description: 'Its number, and so its lane; null: an email campaign' }),
  recipientCount: Count,
  counts,
  errorCount: Count.openapi({ description: 'Failed and unknown' }),
  remainingCount: Count,
  progress: z.number(),
  ratePerMinute: z.number().openapi({ description: 'Messages a minute over the last 15' }),
  startAt: InstantOut,
  nextRunAt: InstantOut.nullable(),
  startedAt: InstantOut.nullable(),
  endedAt: InstantOut.nullable(),
  endsAtEstimate: InstantOut.nullable(),
  createdAt: InstantOut,
};

export const CampaignLineOut = z.object(line).openapi('AdminCampaign');
export const CampaignLinePage = pageOf(CampaignLineOut);

const Reasons = z.array(z.object({ reason: z.string(), count: Count }));
export const CampaignDetailOut = z
  .object({
    ...line,
    credits: z.object({ held: z.int(), spent: z.int() }),
    decision: z
      .object({ code: z.string(), detail: z.string(), nextAllowedAt: InstantOut.nullable() })
      .openapi({ description: 'Why it sends now, or why not' }),
    failed: Reasons,
    skipped: Reasons,
  })
  .openapi('AdminCampaignDetail');

export function presentLine(row: CampaignLine): z.input<typeof CampaignLineOut> {
  const { campaign } = row;
  const counts = countsOf(row.progress);
  return {
    id: campaign.id,
    name: campaign.name,
    channel: campaign.channel,
    status: campaign.status,
    statusReason: campaign.statusReason,
    adminNote: campaign.operatorNote,
    adminHold: campaign.operatorHold,
    organization: row.organization,
    user: row.user,
    instance: row.instance,
    recipientCount: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
    errorCount: counts.failed + counts.unknown,
    remainingCount: counts.queued + counts.sending,
    progress: progressOf(counts),
    ratePerMinute: row.ratePerMinute,
    startAt: toInstant(campaign.startAt),
    nextRunAt: toInstant(campaign.nextRunAt),
    startedAt: toInstant(campaign.startedAt),
    endedAt: toInstant(campaign.endedAt),
    endsAtEstimate: toInstant(row.endsAt),
    createdAt: toInstant(campaign.createdAt),
  };
}

export const presentCampaignDetail = (
  row: CampaignLine,
  { verdict, situation, view, list }: Explanation,
  language: Language,
): z.input<typeof CampaignDetailOut> => ({
  ...presentLine(row),
  credits: view.credits,
  decision: {
    code: verdict.code,
    detail: sayVerdict(verdict, situation.rules, language),
    nextAllowedAt: toInstant(verdict.at),
  },
  failed: list.failed,
  skipped: list.skipped,
});
