import { desc, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { inTransaction } from '#src/context.ts';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { activities } from '#src/db/schema/activities.ts';
import { creditHolds, creditTransactions } from '#src/db/schema/credits.ts';
import { liveEvents } from '#src/db/schema/live.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { spendMessages } from './spend-message.ts';

async function sceneWithSpending(held: number, spent: number) {
  const world = await createWorld();
  const { ctx } = world.acme;
  const campaignId = newId();
  await holdCredits(ctx, { campaignId, credits: held });
  await spendMessages(ctx, campaignId, spent);
  const lines = () =>
    world.ctx.db
      .select()
      .from(creditTransactions)
      .where(eq(creditTransactions.campaignId, campaignId))
      .orderBy(creditTransactions.sequence);
  const hold = async () => (await world.ctx.db.select().from(creditHolds))[0]!;
  return { world, ctx, campaignId, lines, hold, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

describe('settleHold', () => {
  it('writes one line for everything captured and gives the rest back', async () => {
    await using scene = await sceneWithSpending(10, 4);
    const { ctx, campaignId, world } = scene;
    expect(await settleHold(ctx, { campaignId, note: 'Bayram' })).toEqual({ spent: 4, released: 6 });
    expect(await scene.lines()).toMatchObject([
      {
        type: 'campaign',
        amountCredits: -4,
        balanceAfterCredits: 996,
        note: 'Bayram',
        sequence: 2,
        createdAt: world.clock.now(),
      },
    ]);
    expect(await scene.hold()).toMatchObject({ status: 'settled', settledAt: world.clock.now() });
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 996, held: 0, available: 996 });
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('tells the front ends and the audit trail', async () => {
    await using scene = await sceneWithSpending(10, 4);
    await settleHold(scene.ctx, { campaignId: scene.campaignId });
    const [event] = await scene.world.ctx.db.select().from(liveEvents).orderBy(desc(liveEvents.id));
    const data = { userId: scene.world.acme.userId, currentCredit: 996, heldCredit: 0, availableCredit: 996 };
    expect(event).toMatchObject({ type: 'credits.changed', organizationId: scene.ctx.organizationId, data });
    const [activity] = await scene.world.ctx.db.select().from(activities).where(eq(activities.verb, 'credits.settle'));
    expect(activity).toMatchObject({ subjectId: scene.campaignId, details: { spent: 4, released: 6 } });
  });

  it('a second call does nothing', async () => {
    await using scene = await sceneWithSpending(10, 4);
    await settleHold(scene.ctx, { campaignId: scene.campaignId });
    expect(await settleHold(scene.ctx, { campaignId: scene.campaignId })).toEqual({ spent: 0, released: 0 });
    expect(await scene.lines()).toHaveLength(1);
    expect(await scene.world.ctx.db.select().from(liveEvents)).toHaveLength(1);
  });

  it('settled 20 times at once: one line', async () => {
    await using scene = await sceneWithSpending(10, 4);
    const { ctx, campaignId } = scene;
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => settleHold(ctx, { campaignId })));
    expect(outcomes.filter((o) => o.spent > 0)).toEqual([{ spent: 4, released: 6 }]);
    expect(await scene.lines()).toHaveLength(1);
    expect(await proveLedger(scene.world.ctx)).toEqual([]);
  });

  it('writes no line when nothing was captured', async () => {
    await using scene = await sceneWithSpending(10, 0);
    expect(await settleHold(scene.ctx, { campaignId: scene.campaignId })).toEqual({ spent: 0, released: 10 });
    expect(await scene.lines()).toEqual([]);
    expect((await scene.hold()).status).toBe('settled');
  });

  it('keeps credits for unknown messages; what they cost later is a line of its own', async () => {
    await using scene = await sceneWithSpending(10, 4);
    const { ctx, campaignId, world } = scene;
    expect(await settleHold(ctx, { campaignId, keepCredits: 3 })).toEqual({ spent: 4, released: 3 });
    expect((await scene.hold()).status).toBe('open');
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 996, held: 3, available: 993 });
    await spendMessages(ctx, campaignId, 2);
    expect(await settleHold(ctx, { campaignId, keepCredits: 0 })).toEqual({ spent: 2, released: 1 });
    expect((await scene.lines()).map((line) => [line.type, line.amountCredits])).toEqual([
      ['campaign', -4],
      ['message', -2],
    ]);
    expect((await scene.hold()).status).toBe('settled');
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('undone in the middle: nothing of it remains, and it can be done again', async () => {
    await using scene = await sceneWithSpending(10, 4);
    const { ctx, campaignId } = scene;
    const killed = inTransaction(ctx, async (ctx) => {
      await settleHold(ctx, { campaignId });
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await scene.lines()).toEqual([]);
    expect(await proveLedger(scene.world.ctx)).toEqual([]);
    expect(await settleHold(ctx, { campaignId })).toEqual({ spent: 4, released: 6 });
  });

  it('many campaigns of one account at once: the statement has no gap and its balances run', async () => {
    await using world = await createWorld();
    const { ctx } = world.acme;
    const campaigns = Array.from({ length: 30 }, () => newId());
    for (const campaignId of campaigns) {
      await holdCredits(ctx, { campaignId, credits: 3 });
      await spendMessages(ctx, campaignId, 2);
    }
    await Promise.all(campaigns.map((campaignId) => settleHold(ctx, { campaignId })));
    expect(await proveLedger(world.ctx)).toEqual([]);
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 940, held: 0, available: 940 });
  });

  it('leaves another organization’s campaign, and an unknown one, alone', async () => {
    await using scene = await sceneWithSpending(10, 4);
    expect(await settleHold(scene.world.globex.ctx, { campaignId: scene.campaignId })).toEqual({
      spent: 0,
      released: 0,
    });
    expect(await settleHold(scene.ctx, { campaignId: newId() })).toEqual({ spent: 0, released: 0 });
    expect((await scene.hold()).status).toBe('open');
  });
});
