import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Claim } from '#src/campaigns/lane.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { startCampaign } from '#src/campaigns/start-campaign.ts';
import { startDueCampaigns } from '#src/campaigns/start-due-campaigns.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { stage } from './scene.ts';
import { createGroupOf, endingsFrom, openInstance, pumpDry } from './stage.ts';

type Scene = Awaited<ReturnType<typeof stage>>;
const minute = { delay: { minSeconds: 60, maxSeconds: 60 } };

const claimed = (claim: Awaited<ReturnType<typeof claimNextMessage>>): Claim => {
  if (typeof claim === 'string') throw new Error(`no claim: ${claim}`);
  return claim;
};
const activities = async (scene: Scene, verb: string): Promise<number> =>
  (await scene.ctx.db.execute(sql`select 1 from activities where verb = ${verb} and subject_id = ${scene.id}`)).length;
const eachOnce = (scene: Scene, count: number) =>
  expect(Object.values(scene.simulator.sendCountsByNumber())).toEqual(Array.from({ length: count }, () => 1));

describe('a lane that waits for its delay', () => {
  it('paused: sends nothing when the delay is over; resumed: goes on no sooner than that', async () => {
    await using scene = await stage({ count: 3, more: minute });
    expect(await pumpDry(scene.ctx)).toBe(1);
    await scene.act('pause');
    scene.clock.advance({ seconds: 30 });
    await scene.act('resume');
    await scene.drain();
    expect(await scene.campaign()).toMatchObject({ status: 'running' });
    expect(await pumpDry(scene.ctx)).toBe(0);
    await scene.act('pause');
    scene.clock.advance({ seconds: 300 });
    expect(await pumpDry(scene.ctx)).toBe(0);
    await scene.act('resume');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(1);
    eachOnce(scene, 2);
  });

  it('cancelled: settles at once, without waiting for the delay', async () => {
    await using scene = await stage({ count: 3, more: minute });
    await pumpDry(scene.ctx);
    expect(await (await scene.act('cancel')).json()).toMatchObject({
      status: 'cancelled',
      counts: { sent: 1, skipped: 2 },
      credits: { held: 0, spent: 1 },
    });
    scene.clock.advance({ hours: 1 });
    expect(await pumpDry(scene.ctx)).toBe(0);
    expect(await scene.ledger()).toEqual([]);
  });
});

describe('a lane whose worker is lost', () => {
  it('paused and resumed before the lease is over: the message goes out once, after it', async () => {
    await using scene = await stage({ count: 2 });
    claimed(await claimNextMessage(scene.ctx));
    await scene.act('pause');
    await scene.act('resume');
    await scene.drain();
    expect(await pumpDry(scene.ctx)).toBe(0);
    scene.clock.advance({ seconds: 91 });
    expect(await pumpDry(scene.ctx)).toBe(2);
    eachOnce(scene, 2);
    expect(await scene.ledger()).toEqual([]);
  });

  it('cancelled: what had not left is skipped when the lease is over, and every credit is back', async () => {
    await using scene = await stage({ count: 2 });
    claimed(await claimNextMessage(scene.ctx));
    expect(await (await scene.act('cancel')).json()).toMatchObject({ counts: { sending: 1, skipped: 1 } });
    scene.clock.advance({ seconds: 91 });
    expect(await pumpDry(scene.ctx)).toBe(0);
    await scene.sweep();
    expect(await scene.campaign()).toMatchObject({
      counts: { sending: 0, skipped: 2 },
      credits: { held: 0, spent: 0 },
    });
    const rows = await scene.ctx.db.execute<{ status: string }>(sql`select status from messages`);
    expect(rows.map(({ status }) => status)).toEqual(['cancelled']);
    expect(scene.simulator.sends()).toHaveLength(0);
    expect(await scene.credits()).toMatchObject({ currentCredit: 1000, heldCredit: 0 });
    expect(await scene.ledger()).toEqual([]);
  });
});

/** Eight numbers with a campaign each, of which every first message is claimed and none has left. */
async function eightInFlight(scene: Scene): Promise<{ members: Member[]; ids: string[]; claims: Claim[] }> {
  const members: Member[] = [];
  const ids: string[] = [];
  for (let i = 0; i < 8; i++) {
    const member = await createMember(scene.ctx, scene.call, `salon${i}`, { credits: 10 });
    await openInstance(scene.ctx, member, scene.simulator);
    const groupId = await createGroupOf(scene.ctx, member, 3, endingsFrom(2000 + 10 * i, 3));
    const body = { name: 'n', channel: 'whatsapp', text: 'x', startAt: null, audience: { groupIds: [groupId] } };
    ids.push((await (await member.call('POST', '/v1/campaigns', body)).json()).id);
    members.push(member);
  }
  await scene.drain();
  const claims: Claim[] = [];
  for (let claim = await claimNextMessage(scene.ctx); claim !== 'idle'; claim = await claimNextMessage(scene.ctx))
    if (typeof claim === 'object') claims.push(claim);
  return { members, ids, claims };
}

describe('F23: with eight messages in flight', () => {
  it.each(['pause', 'cancel', 'delete the connection'] as const)(
    '%s: nobody twice, nobody lost, to the unit',
    async (action) => {
      await using scene = await stage({ count: 1, more: { startAt: '2026-03-02T20:00:00+03:00' } });
      const { members, ids, claims } = await eightInFlight(scene);
      expect(claims).toHaveLength(8);
      const act = (member: Member, i: number) =>
        action === 'delete the connection'
          ? deleteConnection(member)
          : member.call('POST', `/v1/campaigns/${ids[i]}/${action}`);
      await Promise.all([...claims.map((claim) => sendClaim(scene.ctx, claim)), ...members.map(act)]);
      await scene.drain();
      await pumpDry(scene.ctx);
      await scene.drain();
      expect(Object.values(scene.simulator.sendCountsByNumber()).every((count) => count === 1)).toBe(true);
      expect(await scene.ledger()).toEqual([]);
      for (const [i, member] of members.entries()) {
        const { counts, credits, status } = await (await member.call('GET', `/v1/campaigns/${ids[i]}`)).json();
        expect(counts.sent).toBe(credits.spent);
        if (action === 'cancel')
          expect([status, counts.sent + counts.skipped, credits.held]).toEqual(['cancelled', 3, 0]);
        else expect(counts.sent + counts.queued + counts.sending).toBe(3);
      }
      if (action !== 'pause') return;
      for (const [i, member] of members.entries()) await member.call('POST', `/v1/campaigns/${ids[i]}/resume`);
      await scene.drain();
      await pumpDry(scene.ctx);
      await scene.drain();
      eachOnce(scene, 24);
      expect(await scene.ledger()).toEqual([]);
    },
  );

  it('pause, resume and cancel in any order, at once, while messages go out', async () => {
    await using scene = await stage({ count: 40 });
    const pump = (async () => {
      for (let i = 0; i < 60; i++) {
        const claim = await claimNextMessage(scene.ctx);
        if (typeof claim === 'object') await sendClaim(scene.ctx, claim);
        else await scene.drain();
      }
    })();
    for (let i = 0; i < 6; i++)
      await Promise.all(['pause', 'resume', 'pause', 'resume'].map((action) => scene.act(action)));
    await Promise.all([scene.act('cancel'), scene.act('pause'), scene.act('cancel')]);
    await pump;
    await scene.drain();
    const { counts, credits } = await scene.campaign();
    expect(counts.sent + counts.skipped).toBe(40);
    expect(credits).toEqual({ held: 0, spent: counts.sent });
    eachOnce(scene, counts.sent);
    expect(await scene.ledger()).toEqual([]);
  });
});

async function deleteConnection(member: Member) {
  const { data } = await (await member.call('GET', '/v1/instances')).json();
  return member.call('DELETE', `/v1/instances/${data[0].id}`);
}

describe('F25: a double click', () => {
  it('starts a campaign once, however often it is asked', async () => {
    await using scene = await stage({ count: 3, more: { startAt: '2026-03-02T12:30:00+03:00' } });
    scene.clock.set('2026-03-02T09:30:00Z');
    await Promise.all([
      ...Array.from({ length: 6 }, () => startCampaign(scene.ctx, scene.id)),
      startDueCampaigns(scene.ctx),
      startDueCampaigns(scene.ctx),
    ]);
    expect(await activities(scene, 'campaigns.start')).toBe(1);
    await Promise.all([pumpDry(scene.ctx), pumpDry(scene.ctx)]);
    await startCampaign(scene.ctx, scene.id);
    await scene.drain();
    eachOnce(scene, 3);
  });

  it.each(['pause', 'cancel'] as const)('%s twice at once: 200 and 409', async (action) => {
    await using scene = await stage({ count: 2 });
    const answers = await Promise.all([scene.act(action), scene.act(action)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await answers.find(({ status }) => status === 409)!.json()).toMatchObject({
      status: 409,
      code: 'conflict',
      campaignStatus: action === 'pause' ? 'paused' : 'cancelled',
    });
    expect(await activities(scene, `campaigns.${action}`)).toBe(1);
    expect(await scene.ledger()).toEqual([]);
  });

  it('resume twice at once: 200 and 409, it goes on once', async () => {
    await using scene = await stage({ count: 2 });
    await scene.act('pause');
    const answers = await Promise.all([scene.act('resume'), scene.act('resume')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await scene.drain();
    await pumpDry(scene.ctx);
    eachOnce(scene, 2);
  });
});
