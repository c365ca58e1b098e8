import { eq, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { beginProbe } from '#src/instances/begin-probe.ts';
import { type Admission, admitLanes } from './admit-lanes.ts';
import { type Choice, chooseRecipients, type Recipient } from './choose-recipients.ts';
import { claimSingleMessage } from './claim-single-message.ts';
import { failRecipient } from './fail-recipient.ts';
import { settleCampaignJob } from './jobs.ts';
import { keepWaiting } from './keep-waiting.ts';
import type { Claim, DueLane } from './lane.ts';
import { lockDueLanes } from './lock-due-lanes.ts';
import { passOver } from './pass-over.ts';
import { planClaim } from './plan-claim.ts';
import { recoverLane } from './recover-lane.ts';
import { type Rest, restLanes } from './rest-lanes.ts';
import { saveClaims } from './save-claims.ts';

/** What was claimed, one message a lane; and how many lanes were due, those included that had nothing to send now. */
export type Round = { claims: Claim[]; due: number };
type Chosen = { admission: Admission; recipient: Recipient };

/** Takes the right to send one message on each of the lanes that have been due longest, `limit` at most, in one short transaction. */
export const claimMessages = (ctx: AppContext, limit: number): Promise<Round> =>
  inTransaction(ctx, async (ctx) => {
    const due = await lockDueLanes(ctx, limit);
    const { claims, left } = await claimSingles(ctx, due);
    const { admitted, resting } = await admitLanes(ctx, left);
    const chosen = await chooseNext(ctx, admitted, resting);
    claims.push(...(await claimChosen(ctx, chosen, resting)));
    await restLanes(ctx, resting);
    return { claims, due: due.length };
  });

async function claimSingles(ctx: AppContext, due: DueLane[]): Promise<{ claims: Claim[]; left: DueLane[] }> {
  const claims: Claim[] = [];
  const left: DueLane[] = [];
  for (const lane of due) {
    if (lane.inFlightMessageId) await recoverLane(ctx, lane);
    const single = await claimSingleMessage(ctx, lane);
    if (single) claims.push(single);
    else left.push(lane);
  }
  return { claims, left };
}

/** Who is next: strangers only while they may be written to, and never as the probe of a number if there is anybody else. */
async function chooseNext(ctx: AppContext, admitted: Admission[], resting: Rest[]): Promise<Chosen[]> {
  const now = ctx.clock.now();
  const probes = await chooseProbes(
    ctx,
    admitted.filter(({ way }) => way.probes.all),
  );
  const usual = admitted.filter(({ campaign }) => !probes.has(campaign.id));
  const warmFirst = usual.filter(({ way }) => way.coldObstacle || way.probes.all);
  const warm = await chooseRecipients(ctx, campaignsOf(warmFirst), { warmOnly: true });
  const waiting = new Set<Admission>();
  for (const admission of warmFirst) {
    const { campaign, way } = admission;
    if (warm.get(campaign.id) !== 'exhausted' || !way.coldObstacle || !(await hasSomebody(ctx, campaign.id))) continue;
    await keepWaiting(ctx, eq(campaigns.id, campaign.id), way.coldObstacle);
    waiting.add(admission);
  }
  const open = usual.filter((one) => !waiting.has(one) && (warm.get(one.campaign.id) ?? 'exhausted') === 'exhausted');
  const any = await chooseRecipients(ctx, campaignsOf(open));
  const chosen: Chosen[] = [];
  for (const admission of admitted) {
    const { id } = admission.campaign;
    const choice: Choice = probes.get(id) ?? any.get(id) ?? warm.get(id)!;
    if (typeof choice === 'object') chosen.push({ admission, recipient: choice });
    else resting.push({ lane: admission.lane, dueAt: now });
  }
  for (const [campaignId, choice] of any)
    if (choice === 'exhausted') await ctx.jobs.send(settleCampaignJob, { campaignId });
  return chosen;
}

/** A probe goes to nobody at whom the connection was closed again and again, as that may lie with him, while there is anybody else. */
async function chooseProbes(ctx: AppContext, probing: Admission[]): Promise<Map<string, Choice>> {
  const chosen = await chooseRecipients(ctx, campaignsOf(probing), { warmOnly: true, untried: true });
  const strangers = probing.filter(({ campaign, way }) => chosen.get(campaign.id) === 'exhausted' && !way.coldObstacle);
  for (const [id, choice] of await chooseRecipients(ctx, campaignsOf(strangers), { untried: true }))
    chosen.set(id, choice);
  return new Map([...chosen].filter(([, choice]) => choice !== 'exhausted'));
}

const campaignsOf = (admitted: Admission[]) => admitted.map(({ campaign }) => campaign);

async function hasSomebody(ctx: AppContext, campaignId: string): Promise<boolean> {
  const [somebody] = await ctx.db.execute(sql`
    select from campaign_recipients where campaign_id = ${campaignId} and status in ('queued', 'sending') limit 1`);
  return somebody !== undefined;
}

async function claimChosen(ctx: AppContext, chosen: Chosen[], resting: Rest[]): Promise<Claim[]> {
  const now = ctx.clock.now();
  const planned: Claim[] = [];
  for (const one of chosen) {
    const claim = await planOrFail(ctx, one);
    if (claim) planned.push(claim);
    else resting.push({ lane: one.admission.lane, dueAt: now });
  }
  const claims = await saveClaims(ctx, planned);
  const saved = new Map(claims.map((claim) => [claim.recipientId, claim]));
  const refused = new Set(planned.flatMap(({ recipientId }) => (saved.has(recipientId) ? [] : recipientId!)));
  for (const { admission, recipient } of chosen) {
    const claim = saved.get(recipient.id);
    if (claim) await beginProbes(ctx, admission, claim);
    if (!refused.has(recipient.id)) continue;
    await passOver(ctx, recipient);
    resting.push({ lane: admission.lane, dueAt: now });
  }
  return claims;
}

/** A text that cannot be filled in fails its recipient alone. */
async function planOrFail(ctx: AppContext, { admission, recipient }: Chosen): Promise<Claim | null> {
  try {
    return planClaim(ctx, admission, recipient);
  } catch (error) {
    await failRecipient(ctx, recipient, error);
    return null;
  }
}

async function beginProbes(ctx: AppContext, { lane, way }: Admission, claim: Claim): Promise<void> {
  if (way.probes.all) await beginProbe(ctx, lane.instanceId, 'all', claim.messageId);
  if (way.probes.cold && claim.cold) await beginProbe(ctx, lane.instanceId, 'cold', claim.messageId);
}
