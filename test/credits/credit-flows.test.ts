import { eq, sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { adjustHold } from '#src/credits/adjust-hold.ts';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { releaseCredits } from '#src/credits/release-credits.ts';
import { sampleHeld } from '#src/credits/sample-held.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { topUpCredits } from '#src/credits/top-up-credits.ts';
import { transferCredits } from '#src/credits/transfer-credits.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { creditAccounts, heldSamples } from '#src/db/schema/credits.ts';
import { newId } from '#src/platform/ids.ts';
import { createMember } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';
import { refundMessage, spendMessages } from './spend-message.ts';

const world = await createWorld({ now: '2026-03-28T10:00:00Z' });
afterAll(() => world[Symbol.asyncDispose]());
const { ctx, clock, acme, globex, admin } = world;
const BERLIN = 'timeZone=Europe/Berlin&from=2026-03-28T00:00:00%2B01:00&to=2026-03-31T00:00:00%2B02:00';
const chart = async (query: string) => {
  const answer = await admin.call('GET', `/v1/admin/credits/chart?${query}`);
  expect(answer.status, query).toBe(200);
  return answer.json();
};
const topUp = (userId: string, amount: number) => topUpCredits(admin.ctx, { userId, amount, note: 'n' });
const nothing = { toppedUp: 0, corrected: 0, spent: 0, refunded: 0, transferredIn: 0, transferredOut: 0 };

it('GET /v1/admin/credits/chart: what flowed by local day, 23 hours long where a clock is put forward; what was held at its end', async () => {
  await sampleHeld(ctx);
  await topUp(acme.userId, 500);
  await topUp(globex.userId, 50);
  await topUp(acme.userId, -20);
  const [campaignId, other] = [newId(), newId()];
  await holdCredits(acme.ctx, { campaignId, credits: 40 });
  await holdCredits(globex.ctx, { campaignId: other, credits: 7 });
  clock.set('2026-03-28T22:45:00Z');
  await sampleHeld(ctx);
  // the last quarter of an hour of the day in Berlin
  const paid = await spendMessages(acme.ctx, campaignId, 5);
  await settleHold(acme.ctx, { campaignId, keepCredits: 10 });
  clock.set('2026-03-28T23:00:00Z');
  await sampleHeld(ctx);
  clock.set('2026-03-29T21:59:00Z');
  await refundMessage(acme.ctx, campaignId, paid[0]!);
  clock.set('2026-03-29T22:00:00Z');
  const colleague = await createMember(ctx, world.call, 'colleague', { credits: 0 });
  await ctx.db.execute(
    sql`update members set organization_id = ${acme.organizationId} where user_id = ${colleague.userId}`,
  );
  await ctx.db
    .update(creditAccounts)
    .set({ organizationId: acme.organizationId })
    .where(eq(creditAccounts.userId, colleague.userId));
  const { organizationId, userId: fromUserId } = acme;
  await transferCredits(acme.ctx, { fromUserId, toUserId: colleague.userId, amount: 33, organizationId });
  await releaseCredits(globex.ctx, { campaignId: other, credits: 3 });
  const [first, second, third] = ['2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'];
  expect(await chart(BERLIN)).toEqual([
    { ...nothing, at: first, toppedUp: 550, corrected: -20, spent: 5, held: 47 },
    { ...nothing, at: second, refunded: 1, held: 17 },
    { ...nothing, at: third, transferredIn: 33, transferredOut: 33, held: 14 },
  ]);
  expect(await chart(`${BERLIN}&userId=${acme.userId}`)).toEqual([
    { ...nothing, at: first, toppedUp: 500, corrected: -20, spent: 5, held: 40 },
    { ...nothing, at: second, refunded: 1, held: 10 },
    { ...nothing, at: third, transferredOut: 33, held: 10 },
  ]);
  expect((await chart(`${BERLIN}&userId=${colleague.userId}`)).map(({ held }: { held: number }) => held)).toEqual([
    0, 0, 0,
  ]);
  const own = await (await acme.call('GET', '/v1/credits/chart?from=2026-03-30T00:00:00%2B03:00')).json();
  expect(own.at(-1)).toMatchObject({ toppedUp: 0, spent: -1, transferred: -33 });
  expect((await chart('bucket=month&timeZone=UTC')).at(-1)).toMatchObject({ toppedUp: 550, spent: 5, refunded: 1 });
});

it('the platform’s sums are those of all statements, whatever the days; before anybody looked, what was held is not known', async () => {
  const year = 'timeZone=Asia/Kathmandu&from=2025-03-01T00:00:00Z&to=2026-04-02T00:00:00Z';
  const [whole, ...each] = await Promise.all([
    chart(year),
    ...[acme, globex].map(({ userId }) => chart(`${year}&userId=${userId}`)),
  ]);
  const [sums] = await ctx.db.execute<{ change: string }>(
    sql`select sum(amount_credits) as change from credit_transactions where created_at >= '2025-03-01'`,
  );
  const change = (flows: (typeof nothing)[]) =>
    flows.reduce(
      (sum, f) => sum + f.toppedUp + f.corrected - f.spent + f.refunded + f.transferredIn - f.transferredOut,
      0,
    );
  expect(change(whole)).toBe(Number(sums!.change));
  expect(each.map(change).reduce((a, b) => a + b)).toBe(change(whole) - 33);
  const held = whole.map(({ held }: { held: number | null }) => held);
  expect([held[0], held.at(-1)]).toEqual([null, null]);
  expect(held.filter((value: number | null) => value !== null).length).toBeGreaterThan(1);
});

it('what is held is written down where it has changed, once however often it is looked at; the platform’s is the sum of all', async () => {
  const count = () => ctx.db.$count(heldSamples);
  clock.advance({ minutes: 15 });
  await sampleHeld(ctx);
  const before = await count();
  clock.advance({ minutes: 15 });
  await Promise.all([sampleHeld(ctx), sampleHeld(ctx)]);
  expect(await count()).toBe(before);
  const campaignId = newId();
  await holdCredits(acme.ctx, { campaignId, credits: 5 });
  await adjustHold(acme.ctx, { campaignId, heldCredits: 8 });
  await Promise.all([sampleHeld(ctx), sampleHeld(ctx)]);
  expect(await count()).toBe(before + 2);
  const [row] = await ctx.db.execute<{ whole: string; sum: string }>(sql`
    select (select held_credits from held_samples where user_id is null order by sampled_at desc limit 1) as whole,
      (select sum(held_credits) from (select distinct on (user_id) held_credits from held_samples where user_id is not null
        order by user_id, sampled_at desc) latest) as sum`);
  expect(row!.whole).toBe(row!.sum);
});

it('a year of the whole platform is read from the index alone', async () => {
  await ctx.db.execute(sql`analyze credit_transactions`);
  const plan = await ctx.db.transaction(async (db) => {
    await db.execute(sql`set local enable_seqscan = off`);
    return db.execute<{ 'QUERY PLAN': string }>(sql`
      explain select type, sum(amount_credits) from credit_transactions where created_at >= '2025-03-01' and created_at < '2026-03-01' group by 1`);
  });
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('Only Scan using credit_transactions_platform_idx');
});

it('404: a user without an account; 400: zones and periods that are none; 403: a user', async () => {
  const status = async (query: string, who = admin) =>
    (await who.call('GET', `/v1/admin/credits/chart?${query}`)).status;
  expect(await status(`userId=${newId()}`)).toBe(404);
  for (const query of [
    'timeZone=Mars/Olympus',
    'timeZone=%2B03:00',
    'timeZone=',
    'from=2026-03-01',
    'bucket=year',
    'userId=1',
  ])
    expect(await status(query), query).toBe(400);
  expect(await status('from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z')).toBe(400);
  expect(await status('', acme)).toBe(403);
});

it('a user is warned once for each time that he falls below his threshold, however many take at once, and by whatever', async () => {
  const user = await createMember(ctx, world.call, 'warned', { credits: 100 });
  await ctx.db.update(userSettings).set({ lowCredits: 50 }).where(eq(userSettings.userId, user.userId));
  const told = async () => {
    const [row] = await ctx.db.execute<{ events: number; mails: number }>(sql`
      select (select count(*)::integer from live_events where type = 'credits.low' and organization_id = ${user.organizationId}) as events,
        (select count(*)::integer from mails where kind = 'credits-low' and address = 'warned@example.com') as mails`);
    return [row!.events, row!.mails];
  };
  await Promise.all(Array.from({ length: 8 }, () => topUp(user.userId, -10)));
  expect(await told()).toEqual([1, 1]);
  await topUp(user.userId, -5);
  expect(await told()).toEqual([1, 1]);
  await topUp(user.userId, 60);
  await Promise.all(Array.from({ length: 4 }, () => holdCredits(user.ctx, { campaignId: newId(), credits: 15 })));
  expect(await told()).toEqual([2, 2]);
});
