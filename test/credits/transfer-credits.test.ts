import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { topUpCredits } from '#src/credits/top-up-credits.ts';
import { transferCredits } from '#src/credits/transfer-credits.ts';
import { members } from '#src/db/schema/accounts.ts';
import { activities } from '#src/db/schema/activities.ts';
import { creditAccounts, creditTransactions } from '#src/db/schema/credits.ts';
import { liveEvents } from '#src/db/schema/live.ts';
import { newId } from '#src/platform/ids.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { ctx, admin, globex } = world;
const TRANSFERS = '/v1/credits/transfers';
let [owner, colleague] = [world.acme, world.acme];

/** Somebody of `member`'s organization. */
async function hire(member: Member, credits: number): Promise<Member> {
  const person = await createMember(ctx, world.call, newId());
  const { organizationId } = member;
  await ctx.db.update(members).set({ organizationId, role: 'consultant' }).where(eq(members.userId, person.userId));
  await ctx.db.update(creditAccounts).set({ organizationId }).where(eq(creditAccounts.userId, person.userId));
  const { userId } = person;
  if (credits > 0) await topUpCredits(admin.ctx, { userId, amount: credits, note: 'n' });
  return { ...person, organizationId };
}
const available = async ({ userId }: Member) => (await readBalance(ctx, userId)).available;
const give = (who: Member, body: object, headers = {}) => who.call('POST', TRANSFERS, body, headers);
const lastTransfer = async () => {
  const ours = and(eq(activities.organizationId, owner.organizationId), eq(activities.verb, 'credits.transfer'));
  return (await ctx.db.select().from(activities).where(ours))[0];
};
const send = (from: Member, to: Member, amount: number) =>
  transferCredits(owner.ctx, {
    fromUserId: from.userId,
    toUserId: to.userId,
    amount,
    organizationId: owner.organizationId,
  });

/** An organization of two for each test. */
beforeEach(async () => {
  owner = await createMember(ctx, world.call, newId(), { credits: 100 });
  colleague = await hire(owner, 50);
});

describe('POST /v1/credits/transfers', () => {
  it('201: two lines of one transfer, with the same id, note and time; both are told, one activity says it', async () => {
    const answer = await give(owner, { toUserId: colleague.userId, amount: 30, note: 'Nisan' });
    expect(answer.status).toBe(201);
    const { id, transactions, ...rest } = await answer.json();
    expect(rest).toEqual({ amount: 30, fromUserId: owner.userId, toUserId: colleague.userId, note: 'Nisan' });
    const shared = { type: 'transfer', transferId: id, note: 'Nisan' };
    expect(transactions.from).toMatchObject({ ...shared, amount: -30, balanceAfter: 70 });
    expect(transactions.to).toMatchObject({ ...shared, amount: 30, balanceAfter: 80 });
    expect(await proveLedger(ctx)).toEqual([]);
    const events = await ctx.db.select().from(liveEvents).where(eq(liveEvents.organizationId, owner.organizationId));
    expect(events.map(({ data }) => data['availableCredit']).slice(-2)).toEqual([70, 80]);
    const activity = await lastTransfer();
    expect(activity).toMatchObject({
      verb: 'credits.transfer',
      userId: owner.userId,
      details: { transferId: id, amount: 30, fromUserId: owner.userId, toUserId: colleague.userId },
    });
  });

  it('201: between two others, and what a member who has left still had', async () => {
    const third = await hire(owner, 0);
    const body = { fromUserId: colleague.userId, toUserId: third.userId, amount: 20 };
    expect((await give(owner, body)).status).toBe(201);
    await ctx.db.delete(members).where(eq(members.userId, colleague.userId));
    expect((await give(owner, { ...body, amount: 30, toUserId: owner.userId })).status).toBe(201);
    expect((await give(owner, { toUserId: colleague.userId, amount: 1 })).status).toBe(404);
    expect([await available(owner), await available(colleague), await available(third)]).toEqual([130, 0, 20]);
  });

  it('402: never below what is held, and nothing is moved', async () => {
    await holdCredits(owner.ctx, { campaignId: newId(), credits: 60 });
    const answer = await give(owner, { toUserId: colleague.userId, amount: 41 }, { 'accept-language': 'tr' });
    expect(answer.status).toBe(402);
    expect(await answer.json()).toMatchObject({ code: 'insufficient-credits', required: 41, available: 40 });
    expect([await available(owner), await available(colleague)]).toEqual([40, 50]);
    expect((await give(owner, { toUserId: colleague.userId, amount: 40 })).status).toBe(201);
  });

  it('F67: the same Idempotency-Key, at once and again: moved once', async () => {
    const body = { toUserId: colleague.userId, amount: 10 };
    const keyed = () => give(owner, body, { 'idempotency-key': 'k1' });
    const answers = await Promise.all(Array.from({ length: 5 }, keyed));
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(1);
    const again = await keyed();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect([await available(owner), await available(colleague)]).toEqual([90, 60]);
    expect((await give(owner, { ...body, amount: 11 }, { 'idempotency-key': 'k1' })).status).toBe(422);
  });

  it('403: a consultant, and an API key; 404: another organization, either end; 400: oneself, nothing, too much', async () => {
    const to = colleague.userId;
    expect((await give(colleague, { toUserId: owner.userId, amount: 1 })).status).toBe(403);
    for (const body of [
      { toUserId: globex.userId, amount: 1 },
      { fromUserId: globex.userId, toUserId: to, amount: 1 },
      { toUserId: newId(), amount: 1 },
    ])
      expect((await give(owner, body)).status, JSON.stringify(body)).toBe(404);
    for (const amount of [0, -5, 0.5, 100_000_001, 1e21, '5'])
      expect((await give(owner, { toUserId: to, amount })).status, String(amount)).toBe(400);
    expect((await give(owner, { toUserId: owner.userId, amount: 1 })).status).toBe(400);
    expect([await available(owner), await available(colleague)]).toEqual([100, 50]);
  });
});

it('POST /v1/admin/credits/transfers: in any organization, not between two; with an activity where it happened', async () => {
  const move = (body: object) => admin.call('POST', '/v1/admin/credits/transfers', body);
  const body = { fromUserId: owner.userId, toUserId: colleague.userId, amount: 5 };
  expect((await move(body)).status).toBe(201);
  expect((await move({ ...body, toUserId: globex.userId })).status).toBe(409);
  expect((await move({ ...body, amount: 1000 })).status).toBe(402);
  expect((await move({ ...body, fromUserId: newId() })).status).toBe(404);
  expect((await owner.call('POST', '/v1/admin/credits/transfers', body)).status).toBe(403);
  const activity = await lastTransfer();
  expect(activity).toMatchObject({ verb: 'credits.transfer', actorType: 'admin', userId: admin.userId });
  expect([await available(owner), await available(colleague)]).toEqual([95, 55]);
});

it('forty opposite transfers at once wait for each other and never both, and lose nothing; holds meanwhile never take the same credit', async () => {
  const work = Array.from({ length: 40 }, (_, n) =>
    n % 4 === 3
      ? holdCredits(owner.ctx, { campaignId: newId(), credits: 7 })
      : n % 2
        ? send(owner, colleague, 9)
        : send(colleague, owner, 11),
  );
  const outcomes = await Promise.allSettled<unknown>(work);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'insufficient-credits' });
  const [one, two] = [await readBalance(ctx, owner.userId), await readBalance(ctx, colleague.userId)];
  expect(one.current + two.current).toBe(150);
  expect(Math.min(one.available, two.available)).toBeGreaterThanOrEqual(0);
  expect(await proveLedger(ctx)).toEqual([]);
});

it('of twins for the last credits one is made', async () => {
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => send(owner, colleague, 100)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect([await available(owner), await available(colleague)]).toEqual([0, 150]);
});

it('F42: 409: more than a number can hold', async () => {
  const full = Number.MAX_SAFE_INTEGER - 50;
  const line = { userId: colleague.userId, organizationId: colleague.organizationId, type: 'top-up' as const };
  await ctx.db
    .insert(creditTransactions)
    .values({ ...line, amountCredits: full, balanceAfterCredits: full + 50, sequence: 2 });
  await ctx.db
    .update(creditAccounts)
    .set({ settledCredits: full + 50 })
    .where(eq(creditAccounts.userId, colleague.userId));
  await expect(send(owner, colleague, 1)).rejects.toMatchObject({ code: 'conflict' });
  expect(await available(owner)).toBe(100);
});

it('a transfer of one line, of two that differ and of two organizations is found by the proof', async () => {
  const line = { userId: owner.userId, organizationId: owner.organizationId, type: 'transfer' as const };
  const undo = new Error('undo');
  const found = async (...lines: Partial<typeof creditTransactions.$inferInsert>[]) => {
    let about: string[] = [];
    const tried = ctx.db.transaction(async (db) => {
      const transferId = newId();
      for (const [n, more] of lines.entries())
        await db
          .insert(creditTransactions)
          .values({ ...line, transferId, amountCredits: -5, balanceAfterCredits: 95, sequence: 2 + n, ...more });
      about = (await proveLedger({ ...ctx, db: db as typeof ctx.db })).map((difference) => difference.about);
      throw undo;
    });
    await expect(tried).rejects.toBe(undo);
    return about;
  };
  const theirs = { userId: globex.userId, organizationId: globex.organizationId };
  expect(await found({})).toContain('a transfer has two lines');
  expect(await found({}, { ...theirs, amountCredits: 4 })).toContain('a transfer neither makes credits nor loses any');
  expect(await found({}, { ...theirs, amountCredits: 5 })).toContain('a transfer stays in its organization');
  const nameless = ctx.db.execute(sql`
    insert into credit_transactions (id, organization_id, user_id, type, amount_credits, balance_after_credits, sequence)
    values (${newId()}, ${owner.organizationId}, ${owner.userId}, 'transfer', 1, 1, 9)`);
  await expect(nameless).rejects.toThrow();
});
