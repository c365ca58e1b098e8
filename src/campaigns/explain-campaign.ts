import { sql } from 'drizzle-orm';
import { type Barred, barredSql } from '#src/accounts/barred-sql.ts';
import type { OrgContext } from '#src/context.ts';
import { inShare } from '#src/emails/subject-test.ts';
import { isOn } from '#src/settings/require-feature.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { countsOf } from './campaign.ts';
import { decideCampaign, type Situation, type Verdict } from './decision.ts';
import { findObstacles } from './find-obstacles.ts';
import { oldestRunning } from './oldest-running.ts';
import { type CampaignView, getCampaign } from './queries.ts';
import { readLanes } from './read-lanes.ts';
import { type ListState, readListState } from './read-list-state.ts';
import { readStartWindow } from './read-start-window.ts';

export type Explanation = { verdict: Verdict; situation: Situation; view: CampaignView; left: number; list: ListState };

/** Why a campaign sends now or does not: found out with what the claim itself asks, and nothing else. */
export async function explainCampaign(ctx: OrgContext, campaignId: string): Promise<Explanation> {
  const view = await getCampaign(ctx, campaignId);
  const { campaign, progress } = view;
  const now = ctx.clock.now();
  const startWindow = await readStartWindow(ctx, campaign);
  const rules = { ...(await readSendingRules(ctx, campaign.userId)), startWindow };
  const [lane = null] = await readLanes(ctx, sql`where l.instance_id = ${campaign.instanceId}`);
  const [way] = await findObstacles(ctx, [{ lane: lane ?? nobodysLane, rules }]);
  const { first, barred, warm } = await readPlace(ctx, campaign);
  const { queued, sending } = countsOf(progress);
  const switchedOff = !(await isOn(ctx, 'emailCampaigns'));
  const place = { barred, first, held: view.credits.held, warmLeft: warm };
  const situation = {
    campaign,
    lane,
    rules,
    way: way!,
    ...place,
    ...(await readWinnerTime(ctx, view)),
    switchedOff,
    now,
  };
  const list = await readListState(ctx, campaign);
  return { verdict: decideCampaign(situation), situation, view, left: queued + sending, list };
}

/** When the winner of a subject test is known, once its share is through and the rest waits for it. */
async function readWinnerTime(ctx: OrgContext, { campaign, email }: CampaignView): Promise<{ winnerAt?: Date | null }> {
  const test = email?.test;
  if (!test || test.winner !== null || campaign.status !== 'running') return {};
  const [row] = await ctx.db.execute<{ waits: boolean }>(sql`
    select not exists (
      select from campaign_recipients r where r.campaign_id = ${campaign.id} and r.status in ('queued', 'sending')
        and ${inShare(sql`r.bucket`, sql`${test.sharePercent}::int`)}) as waits`);
  return row!.waits ? { winnerAt: test.decideAt } : {};
}

const nobodysLane = {
  instanceId: '00000000-0000-0000-0000-000000000000',
  organizationId: '',
  userId: '',
  fence: 0,
  inFlightMessageId: null,
  instanceOpen: false,
  switchedOff: false,
  hasSingle: false,
  barred: null,
  connectedAt: null,
  numberSinceAt: null,
  nextAllowedAt: null,
  untilPause: null,
  health: { all: null, cold: null },
};

async function readPlace(ctx: OrgContext, { id, instanceId, userId, organizationId }: CampaignView['campaign']) {
  const now = ctx.clock.now();
  const [row] = await ctx.db.execute<{ first: boolean; barred: Barred | null; warm: boolean }>(sql`
    select coalesce((${oldestRunning(instanceId ?? nobodysLane.instanceId, now)}) = ${id}, true) as first,
      ${barredSql(now, sql`${userId}::uuid`, sql`${organizationId}::uuid`)} as barred,
      exists (select from campaign_recipients where campaign_id = ${id} and status in ('queued', 'sending') and (not cold or next_part > 1)) as warm`);
  return row!;
}
