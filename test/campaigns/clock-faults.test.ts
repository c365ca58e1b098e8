import { sql } from 'drizzle-orm';
import { DateTime } from 'luxon';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Claim } from '#src/campaigns/lane.ts';
import { recordOutcome } from '#src/campaigns/record-outcome.ts';
import { runPump } from '#src/campaigns/run-pump.ts';
import { sendClaim } from '#src/campaigns/send-claim.ts';
import { accepted } from '#src/channels/evolution/outcome.ts';
import type { Member } from '#test/support/cast.ts';
import { until } from '#test/support/processes.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { play } from './play.ts';
import { stage } from './scene.ts';
import { createGroupOf, endingsFrom, openInstance, pumpDry } from './stage.ts';

const HOUR = 3_600_000;
const JUMPS = [1, -1, 24, -24];
const every = (minutes: number) => ({ delay: { minSeconds: minutes * 60, maxSeconds: minutes * 60 } });

let scene: Awaited<ReturnType<typeof stage>>;
let endings = 2000;
beforeAll(async () => {
  scene = await stage({ count: 1, more: { startAt: '2026-03-02T21:00:00+03:00' } });
  await scene.act('cancel');
});
afterEach(async () => expect(await scene.ledger()).toEqual([]));
afterAll(() => scene[Symbol.asyncDispose]());

const later = (hours: number) => new Date(scene.clock.now().getTime() + hours * HOUR);
const jump = (hours: number) => scene.clock.set(later(hours));

type Given = { timeZone?: string; of?: Member; delay?: { minSeconds: number; maxSeconds: number } };

/** A campaign to `count` people who were never written to before, started at `now` in that zone; and what came of it. */
async function begin(
  now: string,
  count: number,
  { timeZone = 'Europe/Istanbul', of = scene.acme as Member, ...more }: Given = {},
) {
  scene.clock.set(now);
  await scene.ctx.db.execute(sql`update user_settings set time_zone = ${timeZone}`);
  await scene.ctx.db.execute(sql`update lanes set next_allowed_at = null`);
  endings += 100;
  const groupId = await createGroupOf(scene.ctx, of, count, endingsFrom(endings, count));
  const body = { name: 'n', channel: 'whatsapp', text: 'x', startAt: null, audience: { groupIds: [groupId] }, ...more };
  const { id } = await (await of.call('POST', '/v1/campaigns', body)).json();
  await scene.drain();
  return {
    read: async () => (await of.call('GET', `/v1/campaigns/${id}`)).json(),
    /** How many messages each phone has got. */
    got: async () => {
      const rows = await scene.ctx.db.execute<{ phone: string }>(
        sql`select address as phone from campaign_recipients where campaign_id = ${id} order by position`,
      );
      return rows.map(({ phone }) => scene.simulator.sends({ number: phone.slice(1) }).length);
    },
    /** When its messages left us, by the clock of the zone. */
    times: async (zone = timeZone) =>
      (
        await scene.ctx.db.execute<{ at: string }>(
          sql`select dispatched_at as at from messages where campaign_id = ${id} and dispatched_at is not null order by claimed_at`,
        )
      ).map(({ at }) => DateTime.fromJSDate(new Date(at), { zone })),
  };
}
type Campaign = Awaited<ReturnType<typeof begin>>;

async function expectEveryoneOnce(campaign: Campaign, count: number): Promise<void> {
  expect(await campaign.got()).toEqual(Array(count).fill(1));
  expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 0, spent: count } });
}
const atNight = (times: DateTime[]) => times.filter(({ hour }) => hour < 9 || hour >= 22).map((at) => at.toISO());

const claimed = async (): Promise<Claim> => {
  for (;;) {
    const claim = await claimNextMessage(scene.ctx);
    if (typeof claim === 'object') return claim;
    if (claim === 'idle') throw new Error('nothing to claim');
  }
};

describe('F50: the clock jumps while a campaign runs', () => {
  it('by an hour or a day, forth and back, between messages: nobody twice, nobody lost, nobody at night', async () => {
    const campaign = await begin('2026-03-02T09:00:00Z', 14, every(10));
    for (const hours of JUMPS) {
      await play(scene, later(0.3));
      jump(hours);
    }
    await play(scene);
    await expectEveryoneOnce(campaign, 14);
    expect(atNight(await campaign.times())).toEqual([]);
  });

  it.each(JUMPS)('by %i h during a call: what was accepted is paid once, and sent once', async (hours) => {
    const campaign = await begin('2026-03-03T09:00:00Z', 2);
    const claim = await claimed();
    await scene.ctx.db.execute(sql`update messages set dispatched_at = claimed_at where id = ${claim.messageId}`);
    jump(hours);
    await play(scene);
    await recordOutcome(scene.ctx, claim, accepted({ providerMessageId: `LATE${hours}`, remoteJid: 'x' }));
    await play(scene);
    expect(await campaign.got()).toEqual([0, 1]);
    expect(await campaign.read()).toMatchObject({ status: 'completed', credits: { held: 0, spent: 2 } });
  });

  it.each(JUMPS)('by %i h between claim and call: sent once', async (hours) => {
    const campaign = await begin('2026-03-04T09:00:00Z', 2);
    const claim = await claimed();
    jump(hours);
    await sendClaim(scene.ctx, claim);
    await play(scene);
    await expectEveryoneOnce(campaign, 2);
  });
});

describe('F52: the user moves to another time zone in mid-campaign', () => {
  const move = (timeZone: string) => scene.acme.call('PUT', '/v1/settings', { timeZone });

  it('east, where it is night: not even what was claimed leaves; it goes on at nine there', async () => {
    const campaign = await begin('2026-03-02T17:00:00Z', 3, every(1));
    expect(await pumpDry(scene.ctx)).toBe(1);
    scene.clock.advance({ minutes: 1 });
    const claim = await claimed();
    expect((await move('Asia/Tokyo')).status).toBe(200);
    await sendClaim(scene.ctx, claim);
    expect(await campaign.got()).toEqual([1, 0, 0]);
    await play(scene);
    expect((await campaign.times())[1]!.toJSDate()).toEqual(new Date('2026-03-03T00:00:00Z'));
    await expectEveryoneOnce(campaign, 3);
  });

  it('west, while it waits for the morning: it goes on by the clock there', async () => {
    const campaign = await begin('2026-03-02T18:58:00Z', 4, every(1));
    await play(scene, later(0.1));
    expect(await campaign.read()).toMatchObject({ statusReason: 'outside-sending-window' });
    const before = (await campaign.times()).length;
    await move('America/New_York');
    await play(scene);
    expect(atNight((await campaign.times('America/New_York')).slice(before))).toEqual([]);
    await expectEveryoneOnce(campaign, 4);
  });
});

describe('F51, F54: a campaign runs over', () => {
  it.each([
    ['the spring gap of Havana', 'America/Havana', '2026-03-08T01:30:00Z'],
    ['the autumn overlap of Havana', 'America/Havana', '2025-11-02T00:30:00Z'],
    ['the half hour that Lord Howe skips', 'Australia/Lord_Howe', '2026-10-03T09:30:00Z'],
    ['the half hour that Lord Howe lives twice', 'Australia/Lord_Howe', '2026-04-04T09:30:00Z'],
    ['the end of Casablanca’s Ramadan', 'Africa/Casablanca', '2026-03-21T20:30:00Z'],
    ['the day that Apia skips', 'Pacific/Apia', '2011-12-30T06:30:00Z'],
    ['the year’s end', 'Europe/Istanbul', '2025-12-31T17:30:00Z'],
    ['the leap day', 'Europe/Istanbul', '2024-02-28T17:30:00Z'],
    ['the day after it', 'Europe/Istanbul', '2024-02-29T17:30:00Z'],
  ])('%s', async (_, timeZone, now) => {
    const campaign = await begin(now, 5, { timeZone, ...every(45) });
    await play(scene);
    await expectEveryoneOnce(campaign, 5);
    const times = await campaign.times();
    expect(atNight(times)).toEqual([]);
    expect(times.map((at) => at.toFormat('HH:mm'))).toContain('09:00');
    expect(new Set(times.map((at) => at.toISODate())).size).toBe(2);
  });
});

describe('F53: a zone that the machine does not know any more', () => {
  it('nobody of that user is written to; everybody else is; with a zone again it goes on', async () => {
    await openInstance(scene.ctx, scene.globex, scene.simulator);
    const campaign = await begin('2026-03-05T09:00:00Z', 2);
    const other = await begin('2026-03-05T09:00:00Z', 8, { of: scene.globex });
    await scene.ctx.db.execute(
      sql`update user_settings set time_zone = 'Mars/Olympus' where user_id = ${scene.acme.userId}`,
    );
    const pump = await runPump(scene.ctx);
    const done = async () => (await other.got()).every((count) => count === 1);
    await until('the others', done, 5).finally(() => pump.stop());
    expect(await campaign.got()).toEqual([0, 0]);
    await scene.ctx.db.execute(sql`update user_settings set time_zone = 'Europe/Istanbul'`);
    scene.clock.advance({ minutes: 2 });
    await scene.sweep();
    await play(scene);
    await expectEveryoneOnce(campaign, 2);
  });
});
