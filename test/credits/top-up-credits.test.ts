import { desc, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { topUpCredits } from '#src/credits/top-up-credits.ts';
import { activities } from '#src/db/schema/activities.ts';
import { creditAccounts, creditTransactions } from '#src/db/schema/credits.ts';
import { liveEvents } from '#src/db/schema/live.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld, type World } from '#test/support/world.ts';

const topUp = (world: World, amount: number) =>
  topUpCredits(world.admin.ctx, { userId: world.acme.userId, amount, note: 'Havale 12' });
const current = async (world: World) => (await readBalance(world.ctx, world.acme.userId)).current;

describe('topUpCredits', () => {
  it('adds a line that says who, how much and why', async () => {
    await using world = await createWorld();
    expect(await topUp(world, 250)).toMatchObject({
      type: 'top-up',
      amountCredits: 250,
      balanceAfterCredits: 1250,
      note: 'Havale 12',
      createdBy: world.admin.userId,
      organizationId: world.acme.organizationId,
      sequence: 2,
    });
    expect(await topUp(world, -50)).toMatchObject({
      type: 'adjustment',
      amountCredits: -50,
      balanceAfterCredits: 1200,
      sequence: 3,
    });
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('tells the user’s organization, not the admin’s', async () => {
    await using world = await createWorld();
    await topUp(world, 250);
    const [event] = await world.ctx.db.select().from(liveEvents).orderBy(desc(liveEvents.id));
    expect(event).toMatchObject({
      type: 'credits.changed',
      organizationId: world.acme.organizationId,
      data: { currentCredit: 1250 },
    });
    const [activity] = await world.ctx.db.select().from(activities).where(eq(activities.verb, 'credits.top-up'));
    expect(activity).toMatchObject({
      organizationId: world.acme.organizationId,
      userId: world.admin.userId,
      details: { amount: 250 },
    });
  });

  it('makes the account of a user who has none', async () => {
    await using world = await createWorld();
    await world.ctx.db.delete(creditAccounts).where(eq(creditAccounts.userId, world.admin.userId));
    const tries = Array.from({ length: 5 }, () =>
      topUpCredits(world.admin.ctx, { userId: world.admin.userId, amount: 7, note: 'n' }),
    );
    const lines = await Promise.all(tries);
    expect(lines.map((line) => line.balanceAfterCredits).sort((a, b) => a - b)).toEqual([7, 14, 21, 28, 35]);
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('409: never takes what campaigns hold, and says what can be taken', async () => {
    await using world = await createWorld();
    await holdCredits(world.acme.ctx, { campaignId: newId(), credits: 400 });
    await expect(topUp(world, -601)).rejects.toMatchObject({
      code: 'conflict',
      options: { members: { requested: 601, available: 600, held: 400 } },
    });
    expect(await current(world)).toBe(1000);
    await topUp(world, -600);
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 400, held: 400, available: 0 });
  });

  it('corrections and holds at once never take the same credit', async () => {
    await using world = await createWorld();
    const work = Array.from({ length: 40 }, (_, i) =>
      i % 2 ? topUp(world, -50) : holdCredits(world.acme.ctx, { campaignId: newId(), credits: 50 }),
    );
    const outcomes = await Promise.allSettled<unknown>(work);
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(20);
    expect((await readBalance(world.ctx, world.acme.userId)).available).toBe(0);
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('50 at once: a line each, no gap in the sequence', async () => {
    await using world = await createWorld();
    await Promise.all(Array.from({ length: 50 }, () => topUp(world, 3)));
    expect(await current(world)).toBe(1150);
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('F42: 409: refuses what a number cannot hold', async () => {
    await using world = await createWorld();
    const full = Number.MAX_SAFE_INTEGER - 1000;
    const { userId, organizationId } = world.acme;
    const line = {
      userId,
      organizationId,
      type: 'top-up' as const,
      amountCredits: full,
      balanceAfterCredits: full + 1000,
      sequence: 2,
    };
    await world.ctx.db.insert(creditTransactions).values(line);
    await world.ctx.db
      .update(creditAccounts)
      .set({ settledCredits: full + 1000 })
      .where(eq(creditAccounts.userId, userId));
    await expect(topUp(world, 1)).rejects.toMatchObject({ code: 'conflict' });
    expect(await current(world)).toBe(Number.MAX_SAFE_INTEGER);
    expect((await topUp(world, -100_000_000)).balanceAfterCredits).toBe(Number.MAX_SAFE_INTEGER - 100_000_000);
  });

  it('F42: 400: refuses what is not a whole number within bounds', async () => {
    await using world = await createWorld();
    for (const amount of [0, 0.5, -0.5, 100_000_001, -100_000_001, Number.NaN, '5' as never])
      await expect(topUp(world, amount)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await current(world)).toBe(1000);
  });

  it('403: for platform admins only', async () => {
    await using world = await createWorld();
    const own = topUpCredits(world.acme.ctx, { userId: world.acme.userId, amount: 5, note: 'n' });
    await expect(own).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('404: a user who does not exist', async () => {
    await using world = await createWorld();
    const strange = topUpCredits(world.admin.ctx, { userId: newId(), amount: 5, note: 'n' });
    await expect(strange).rejects.toMatchObject({ code: 'not-found' });
  });
});
