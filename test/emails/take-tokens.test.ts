import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Carrier, CarrierQuota } from '#src/channels/email/carrier.ts';
import { measureCarrier } from '#src/emails/measure-carrier.ts';
import { measureCarriers } from '#src/emails/measure-carriers.ts';
import { slowCarrier } from '#src/emails/slow-carrier.ts';
import { takeTokens } from '#src/emails/take-tokens.ts';
import { createWorld } from '#test/support/world.ts';

const world = await createWorld();
const { ctx, clock } = world;
afterAll(() => world[Symbol.asyncDispose]());

let asked = 0;
let quota: CarrierQuota | 'unavailable' | null;
const carrier: Pick<Carrier, 'key' | 'quota'> = {
  key: 'ses:eu-central-1',
  quota: async () => {
    asked++;
    return quota;
  },
};
const take = (want: number) => takeTokens(ctx, carrier, want);
const row = async () => (await ctx.db.execute(sql`select * from carrier_rates`))[0]!;

beforeEach(async () => {
  await ctx.db.execute(sql`delete from carrier_rates`);
  clock.set(new Date('2026-03-02T09:00:00Z'));
  asked = 0;
  quota = { ratePerSecond: 100, dailyQuota: 1_000, sentInDay: 100 };
});

describe('a carrier’s rate', () => {
  it('is asked for before the first mail, once; the bucket fills at 95 hundredths of it and holds half a second', async () => {
    expect(await take(100)).toMatchObject({ count: 0, closed: null });
    clock.advance({ seconds: 0.2 });
    expect(await take(100)).toMatchObject({ count: 19 });
    clock.advance({ seconds: 60 });
    expect(await take(100)).toMatchObject({ count: 47 });
    expect(asked).toBe(1);
  });

  it('is kept to by all who share it: in ten seconds no more than ten seconds’ worth', async () => {
    quota = { ratePerSecond: 100, dailyQuota: null, sentInDay: 0 };
    await take(1);
    let sent = 0;
    for (let tick = 0; tick < 100; tick++) {
      clock.advance({ seconds: 0.1 });
      const grants = await Promise.all([take(100), take(100), take(100)]);
      sent += grants.reduce((sum, { count }) => sum + count, 0);
    }
    expect(sent).toBeGreaterThan(930);
    expect(sent).toBeLessThanOrEqual(950);
  });

  it('one that has no rate is used as fast as it takes mails; one that does not say its rate, slowly', async () => {
    quota = null;
    expect(await take(100)).toMatchObject({ count: 100 });
    quota = 'unavailable';
    await take(100);
    clock.advance({ seconds: 10 });
    expect(await take(100)).toMatchObject({ count: 1 });
  });

  it('is followed: more when the carrier allows more, and as before while it does not answer', async () => {
    await take(1);
    quota = { ratePerSecond: 200, dailyQuota: null, sentInDay: 0 };
    await measureCarrier(ctx, carrier);
    quota = 'unavailable';
    await measureCarrier(ctx, carrier);
    expect(await row()).toMatchObject({ rate_per_second: 190, daily_quota: null });
  });
});

describe('a carrier’s day', () => {
  it('24 hours’ quota: exactly what is left is granted, then nothing until it is looked at again', async () => {
    quota = { ratePerSecond: 1_000, dailyQuota: 1_000, sentInDay: 990 };
    await take(1);
    clock.advance({ seconds: 1 });
    expect(await take(100)).toMatchObject({ count: 10 });
    const until = new Date(clock.now().getTime() + 15 * 60_000);
    expect(await take(100)).toMatchObject({ count: 0, closed: { untilAt: until, reason: 'carrier-quota' } });
    quota = { ratePerSecond: 1_000, dailyQuota: 1_000, sentInDay: 400 };
    await measureCarrier(ctx, carrier);
    clock.advance({ seconds: 1 });
    expect(await take(100)).toMatchObject({ count: 100, closed: null });
  });

  it('an account whose sending is paused grants nothing', async () => {
    quota = { ratePerSecond: 10, dailyQuota: 0, sentInDay: 0 };
    await take(1);
    clock.advance({ seconds: 5 });
    expect(await take(1)).toMatchObject({ count: 0, closed: { reason: 'carrier-quota' } });
  });

  it('of a carrier that does not count begins at midnight (UTC)', async () => {
    quota = { ratePerSecond: 1_000, dailyQuota: 50, sentInDay: null };
    await take(1);
    clock.advance({ seconds: 1 });
    expect(await take(100)).toMatchObject({ count: 50 });
    await measureCarrier(ctx, carrier);
    expect(await take(100)).toMatchObject({ count: 0, closed: { reason: 'carrier-quota' } });
    clock.set(new Date('2026-03-03T00:00:30Z'));
    await measureCarrier(ctx, carrier);
    expect(await take(100)).toMatchObject({ count: 50 });
  });
});

it('told that it was too fast, everybody slows to seven tenths, once for mails on their way together, and speeds up again', async () => {
  await take(1);
  await Promise.all([slowCarrier(ctx, carrier.key), slowCarrier(ctx, carrier.key), slowCarrier(ctx, carrier.key)]);
  expect(await row()).toMatchObject({ factor: 0.7, tokens: 0 });
  await measureCarriers(ctx);
  expect(await row()).toMatchObject({ factor: 0.7 });
  for (const factor of [0.82, 0.94, 1, 1]) {
    clock.advance({ minutes: 1 });
    await measureCarriers(ctx);
    expect(Number((await row()).factor)).toBeCloseTo(factor, 5);
  }
});
