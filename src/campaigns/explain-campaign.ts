import { sql } from 'drizzle-orm';
import { type Barred, barredSql } from '#src/accounts/barred-sql.ts';
import type { OrgContext } from '#src/context.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { countsOf } from './campaign.ts';
import { decideCampaign, type Situation, type Verdict } from './decision.ts';
import { findObstacles } from './find-obstacles.ts';
import { oldestRunning } from './oldest-running.ts';
import { type CampaignView, getCampaign } from './queries.ts';
import { readLanes } from './read-lanes.ts';
import { readStartWindow } from './read-start-window.ts';

export type Explanation = { verdict: Verdict; situation: Situation; view: CampaignView; left: number };

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
  const situation = { campaign, lane, rules, way: way!, barred, first, held: view.credits.held, warmLeft: warm, now };
  return { verdict: decideCampaign(situation), situation, view, left: queued + sending };
}

const nobodysLane = {
  instanceId: '00000000-0000-0000-0000-000000000000',
  organizationId: '',
  userId: '',
  fence: 0,
  inFlightMessageId: null,
  instanceOpen: false,
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
