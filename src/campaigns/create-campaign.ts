import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { campaignProgress, campaigns } from '#src/db/schema/campaigns.ts';
import { readMedia } from '#src/files/read-media.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { noteTrail } from '#src/platform/trail.ts';
import { requireFeature } from '#src/settings/require-feature.ts';
import { createEmailCampaign } from './create-email-campaign.ts';
import { type CampaignInput, type Draft, draftCampaign } from './draft-campaign.ts';
import { startCampaignJob } from './jobs.ts';
import { planRecipients } from './plan-recipients.ts';
import { publishProgress } from './publish-moves.ts';
import { snapshotRecipients } from './snapshot-recipients.ts';

/**
 * Saves the campaign, its frozen recipients and the hold on its credits together, or nothing at all: 402 when they do not
 * suffice, 409 when nobody is left to write to.
 * @returns the campaign's id.
 */
export async function createCampaign(ctx: OrgContext, input: CampaignInput): Promise<string> {
  if (input.channel === 'email') return createEmailCampaign(ctx, input);
  await requireFeature(ctx, 'whatsapp');
  const draft = await draftCampaign(ctx, input);
  return inTransaction(ctx, async (ctx) => {
    const campaignId = await saveCampaign(ctx, draft);
    const { recipientCount, excluded } = await snapshotRecipients(ctx, campaignId, input.audience);
    if (recipientCount === 0) throw new Problem('no-recipients', { members: { excluded } });
    const plan = await planRecipients(ctx, campaignId, draft, draft.rules.locale);
    const credits = recipientCount * plan.length;
    await holdCredits(ctx, { campaignId, credits });
    await ctx.db
      .update(campaigns)
      .set({ plan, messagesPerRecipient: plan.length, excluded })
      .where(eq(campaigns.id, campaignId));
    await recordActivity(ctx, {
      verb: 'campaigns.create',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { name: input.name, recipientCount, credits, startAt: draft.startAt.toISOString() },
    });
    await publishProgress(ctx, [campaignId]);
    if (draft.startsAt <= ctx.clock.now()) await ctx.jobs.send(startCampaignJob, { campaignId });
    return campaignId;
  });
}

async function saveCampaign(
  ctx: OrgContext,
  { input, template, instance, text, variants, media, startAt, startsAt, validUntil }: Draft,
): Promise<string> {
  const { organizationId, userId } = ctx;
  const now = ctx.clock.now();
  const id = newId();
  noteTrail({ campaignId: id });
  const mediaIds = media.map((medium) => medium.id);
  await readMedia(ctx, mediaIds);
  await ctx.db.insert(campaigns).values({
    id,
    organizationId,
    userId,
    requestId: ctx.requestId,
    channel: input.channel,
    name: input.name,
    instanceId: instance.id,
    text,
    variants,
    mediaIds,
    templateId: template?.id ?? null,
    templateVersion: template?.version ?? null,
    plan: [],
    messagesPerRecipient: 0,
    audience: input.audience,
    delayMinSeconds: input.delay?.minSeconds ?? null,
    delayMaxSeconds: input.delay?.maxSeconds ?? null,
    startAt,
    nextRunAt: startsAt,
    validUntilAt: validUntil,
    createdAt: now,
    updatedAt: now,
  });
  await ctx.db.insert(campaignProgress).values({ campaignId: id, organizationId });
  return id;
}
