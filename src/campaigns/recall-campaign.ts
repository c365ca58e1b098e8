import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { campaignRecalls } from '#src/db/schema/campaigns.ts';
import { recallableSince } from '#src/messages/take-back-message.ts';
import { newId } from '#src/platform/ids.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import type { Campaign } from './campaign.ts';
import { recallCampaignJob } from './jobs.ts';
import { lockCampaign } from './lock-campaign.ts';
import { pauseCampaign } from './pause-campaign.ts';
import { getCampaign } from './queries.ts';

export type Recall = typeof campaignRecalls.$inferSelect;

/**
 * Begins to take back what a campaign sent within the last minutes, one message after the other at the pace of its lane; a running one is
 * paused first. While one recall is under way it is answered, and no other begun. Credits are not given back.
 */
export const recallCampaign = (ctx: OrgContext, campaignId: string, sentWithinMinutes: number): Promise<Recall> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    if (campaign.channel === 'email')
      throw new Problem('conflict', { detail: { en: 'Mails cannot be taken back', tr: 'E-postalar geri alınamaz' } });
    const underWay = await findRunning(ctx, campaignId);
    if (underWay) return underWay;
    if (campaign.status === 'running') await pauseCampaign(ctx, campaignId);
    const recall = await begin(ctx, campaign, sentWithinMinutes);
    await recordActivity(ctx, {
      verb: 'campaigns.recall',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { sentWithinMinutes, messages: recall.totalCount },
    });
    if (recall.status === 'running') await ctx.jobs.send(recallCampaignJob, { recallId: recall.id });
    return recall;
  });

async function findRunning(ctx: OrgContext, campaignId: string): Promise<Recall | undefined> {
  const [row] = await ctx.db
    .select()
    .from(campaignRecalls)
    .where(and(eq(campaignRecalls.campaignId, campaignId), eq(campaignRecalls.status, 'running')));
  return row;
}

async function begin(ctx: OrgContext, campaign: Campaign, minutes: number): Promise<Recall> {
  const now = ctx.clock.now();
  const asked = new Date(now.getTime() - minutes * 60_000);
  const oldest = recallableSince(now);
  const sentAfterAt = asked > oldest ? asked : oldest;
  const instanceId = campaign.instanceId!;
  const [sum] = await ctx.db.execute<{ count: string }>(sql`
    select count(*) as count from messages m where ${recallable({ instanceId, campaignId: campaign.id, sentAfterAt })}`);
  const totalCount = Number(sum!.count);
  const isOver = totalCount === 0;
  const [recall] = await ctx.db
    .insert(campaignRecalls)
    .values({
      id: newId(),
      organizationId: ctx.organizationId,
      userId: ctx.userId,
      campaignId: campaign.id,
      instanceId,
      status: isOver ? 'completed' : 'running',
      sentAfterAt,
      totalCount,
      createdAt: now,
      updatedAt: now,
      endedAt: isOver ? now : null,
    })
    .returning();
  return recall!;
}

/** Evolution may take some minutes over a message after it left us. */
const LONGEST_SEND_MINUTES = 10;

type Span = Pick<Recall, 'instanceId' | 'campaignId' | 'sentAfterAt'>;

/** The condition, on `m`, of being a message that a recall is about and that is not gone yet. */
export const recallable = (span: Span): SQL => sql`
  ${sentWithin(span)} and m.status in ('sent', 'delivered', 'read', 'played') and m.provider_message_id is not null and m.recalled_at is null`;

/** By when it left, of which the number has an index. */
export const sentWithin = ({ instanceId, campaignId, sentAfterAt }: Span): SQL => sql`
  m.instance_id = ${instanceId} and m.dispatched_at is not null
  and m.dispatched_at >= ${new Date(sentAfterAt.getTime() - LONGEST_SEND_MINUTES * 60_000).toISOString()}::timestamptz
  and m.campaign_id = ${campaignId} and m.sent_at >= ${sentAfterAt.toISOString()}::timestamptz`;

/** The newest recall of a campaign; throws `not-found` when there was none. */
export async function getRecall(ctx: OrgContext, campaignId: string): Promise<Recall> {
  await getCampaign(ctx, campaignId);
  const [recall] = await ctx.db
    .select()
    .from(campaignRecalls)
    .where(and(eq(campaignRecalls.campaignId, campaignId), eq(campaignRecalls.organizationId, ctx.organizationId)))
    .orderBy(desc(campaignRecalls.id))
    .limit(1);
  if (!recall) throw notFound();
  return recall;
}
