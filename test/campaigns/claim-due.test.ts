import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { claimDue } from '#src/campaigns/claim-due.ts';
import type { Claim } from '#src/campaigns/lane.ts';
import { markDispatched } from '#src/campaigns/mark-dispatched.ts';
import { openSendSteps } from '#src/campaigns/open-send-steps.ts';
import { recordSent } from '#src/campaigns/record-sent.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { createGroupOf, openInstance } from './stage.ts';

const MANY = 64;

type Lane = { member: Member; instanceId: string; campaignId: string };

/** Numbers of an organization each, with a campaign of two recipients under way, in the order in which they are due. */
async function openLanes(world: World, count = 6): Promise<Lane[]> {
  const lanes: Lane[] = [];
  for (let i = 0; i < count; i++) {
    const member = await createMember(world.ctx, world.call, `sender${i}`, { credits: 2 });
    const instanceId = await openInstance(world.ctx, member);
    const audience = { groupIds: [await createGroupOf(world.ctx, member, 2)] };
    const input = { name: 'n', channel: 'whatsapp', text: 'Merhaba {{ firstName }}', audience, startAt: null };
    const { id } = await (await member.call('POST', '/v1/campaigns', input)).json();
    lanes.push({ member, instanceId, campaignId: id });
  }
  await world.drain();
  for (const [i, { instanceId }] of lanes.entries())
    await world.ctx.db.execute(
      sql`update lanes set due_at = due_at - ${count - i} * interval '1 second' where instance_id = ${instanceId}`,
    );
  return lanes;
}

const claimAll = async (world: World): Promise<Claim[]> => (await claimDue(world.ctx, MANY)).claims;
const lanesOf = (claims: Claim[]) => claims.map(({ instanceId }) => instanceId).sort();
const idsOf = (lanes: (Lane | undefined)[]) => lanes.map((lane) => lane!.instanceId).sort();
const statuses = async ({ member, campaignId }: Lane) => {
  const { data } = await (await member.call('GET', `/v1/campaigns/${campaignId}/recipients`)).json();
  return data.map(({ status }: { status: string }) => status);
};
const campaignOf = async ({ member, campaignId }: Lane) =>
  (await member.call('GET', `/v1/campaigns/${campaignId}`)).json();
const departuresOf = (world: World, claims: Claim[]) =>
  Promise.all(claims.map(async (claim) => ({ claim, rules: await readSendingRules(world.ctx, claim.userId) })));
const blacklist = (lane: Lane, phone: string) =>
  lane.member.call('POST', '/v1/suppressions', { phone, level: 'blacklist' });
const took = (claim: Claim, id = `3EB0${claim.messageId}`) => ({
  claim,
  sent: { providerMessageId: id, remoteJid: 'x', sentAt: null },
});

describe('a round of claims', () => {
  it('G1: takes one message of every lane that is due, however many claim at once, and no second before the first is done', async () => {
    await using world = await createWorld();
    const lanes = await openLanes(world);
    const rounds = await Promise.all([MANY, 2, MANY, 1].map((limit) => claimDue(world.ctx, limit)));
    const claims = rounds.flatMap((round) => round.claims);
    expect(lanesOf(claims)).toEqual(idsOf(lanes));
    expect(await claimDue(world.ctx, MANY)).toEqual({ claims: [], due: 0 });
    await markDispatched(world.ctx, await departuresOf(world, claims));
    await recordSent(
      world.ctx,
      claims.map((claim) => took(claim)),
    );
    expect(lanesOf(await claimAll(world))).toEqual(idsOf(lanes));
  });

  it('F22: what stands in the way of one lane stands in the way of no other', async () => {
    await using world = await createWorld();
    const lanes = await openLanes(world);
    const [plain, paused, suppressed, closed, shut, broken] = lanes as [Lane, Lane, Lane, Lane, Lane, Lane];
    await paused.member.call('POST', `/v1/campaigns/${paused.campaignId}/pause`);
    await blacklist(suppressed, '+905351001000');
    await world.ctx.db.execute(sql`update instances set status = 'closed' where id = ${closed.instanceId}`);
    await world.ctx.db.execute(sql`update user_settings set window_days = '{7}' where user_id = ${shut.member.userId}`);
    await world.ctx.db.execute(
      sql`update campaigns set plan = '[{"part": 1, "kind": "text", "mediaId": null, "body": "{{ x"}]' where id = ${broken.campaignId}`,
    );
    const claims = await claimAll(world);
    expect(lanesOf(claims)).toEqual(idsOf([plain, suppressed]));
    expect(await statuses(suppressed)).toEqual(['skipped', 'sending']);
    expect(await statuses(broken)).toEqual(['failed', 'queued']);
    expect(await campaignOf(closed)).toMatchObject({ status: 'running', statusReason: 'instance-not-open' });
    expect(await campaignOf(shut)).toMatchObject({ status: 'pending', statusReason: 'outside-sending-window' });
    expect(await claimDue(world.ctx, MANY)).toEqual({ claims: [], due: 1 });
    expect(await statuses(broken)).toEqual(['failed', 'failed']);
  });

  it('a lane on which nothing can be claimed is put off, and the others go on', async () => {
    await using world = await createWorld();
    const [first, ...others] = await openLanes(world, 3);
    const breakPlan = (part: number) =>
      world.ctx.db.execute(
        sql`update campaigns set plan = jsonb_set(plan, '{0,part}', ${String(part)}::jsonb) where id = ${first!.campaignId}`,
      );
    await breakPlan(70_000);
    const claims: Claim[] = [];
    for (let round = await claimDue(world.ctx, MANY); round.due > 0; round = await claimDue(world.ctx, MANY))
      claims.push(...round.claims);
    expect(lanesOf(claims)).toEqual(idsOf(others));
    await breakPlan(1);
    world.clock.advance({ seconds: 16 });
    expect(lanesOf(await claimAll(world))).toEqual(idsOf([first]));
  });
});

describe('departures together', () => {
  it('F22: whoever may not be written to any more stays behind alone', async () => {
    await using world = await createWorld();
    const lanes = await openLanes(world);
    const [plain, paused, blacklisted, banned, closing] = lanes as [Lane, Lane, Lane, Lane, Lane];
    const claims = await claimAll(world);
    await paused.member.call('POST', `/v1/campaigns/${paused.campaignId}/pause`);
    await blacklist(blacklisted, '+905351001000');
    await world.ctx.db.execute(sql`update users set banned = true where id = ${banned.member.userId}`);
    await world.ctx.db.execute(
      sql`update user_settings set window_days = '{7}' where user_id = ${closing.member.userId}`,
    );
    const departures = await departuresOf(world, claims);
    const leaving = await markDispatched(world.ctx, departures);
    expect(lanesOf(claims.filter((_, i) => leaving[i]))).toEqual(idsOf([plain, lanes[5]]));
    expect(await markDispatched(world.ctx, departures)).toEqual(claims.map(() => false));
  });
});

describe('outcomes together', () => {
  it('G2: kept once each, however often they are told; one that cannot be kept fails alone', async () => {
    await using world = await createWorld();
    const lanes = await openLanes(world);
    const claims = await claimAll(world);
    await markDispatched(world.ctx, await departuresOf(world, claims));
    const sends = claims.map((claim, i) => took(claim, i === 2 ? 'NUL\0' : undefined));
    const { recordSent: record } = openSendSteps(world.ctx);
    const tell = async () => (await Promise.allSettled(sends.map(record))).map(({ status }) => status);
    const kept = claims.map((_, i) => (i === 2 ? 'rejected' : 'fulfilled'));
    expect(await tell()).toEqual(kept);
    expect(await tell()).toEqual(kept);
    for (const [i, claim] of claims.entries()) {
      const lane = lanes.find(({ instanceId }) => instanceId === claim.instanceId)!;
      expect(await statuses(lane)).toEqual([i === 2 ? 'sending' : 'sent', 'queued']);
      expect(await campaignOf(lane)).toMatchObject({ credits: { held: i === 2 ? 2 : 1, spent: i === 2 ? 0 : 1 } });
    }
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('F2: of those whose lease ran out meanwhile, each is sent and paid once, and its lane is not freed twice', async () => {
    await using world = await createWorld();
    const lanes = await openLanes(world, 3);
    const claims = await claimAll(world);
    await markDispatched(world.ctx, await departuresOf(world, claims));
    world.clock.advance({ seconds: 91 });
    const next = await claimAll(world);
    expect(lanesOf(next)).toEqual(idsOf(lanes));
    expect(await statuses(lanes[0]!)).toEqual(['unknown', 'sending']);
    await recordSent(
      world.ctx,
      claims.map((claim) => took(claim)),
    );
    expect(await claimDue(world.ctx, MANY)).toEqual({ claims: [], due: 0 });
    await markDispatched(world.ctx, await departuresOf(world, next));
    await recordSent(
      world.ctx,
      next.map((claim) => took(claim)),
    );
    await world.drain();
    for (const lane of lanes)
      expect(await campaignOf(lane)).toMatchObject({ status: 'completed', credits: { held: 0, spent: 2 } });
    expect(await proveLedger(world.ctx)).toEqual([]);
  });
});
