import { describe, expect, it } from 'vitest';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { refundCredit } from '#src/credits/refund-credit.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { creditTransactions } from '#src/db/schema/credits.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { addMessage, refundMessage, spendMessages } from './spend-message.ts';

async function sceneWithSpending(held: number, spent: number) {
  const world = await createWorld();
  const campaignId = newId();
  await holdCredits(world.acme.ctx, { campaignId, credits: held });
  const messageIds = await spendMessages(world.acme.ctx, campaignId, spent);
  const balance = () => readBalance(world.ctx, world.acme.userId);
  const refunds = async () =>
    (await world.ctx.db.select().from(creditTransactions)).filter((line) => line.type === 'refund');
  const dispose = () => world[Symbol.asyncDispose]();
  return { world, ctx: world.acme.ctx, campaignId, messageIds, balance, refunds, [Symbol.asyncDispose]: dispose };
}

describe('refundCredit', () => {
  it('before settlement: back to available, without a line in the statement', async () => {
    await using scene = await sceneWithSpending(5, 2);
    expect(await refundMessage(scene.ctx, scene.campaignId, scene.messageIds[0]!)).toBe(true);
    expect(await scene.balance()).toEqual({ current: 999, held: 3, available: 996 });
    expect(await scene.refunds()).toEqual([]);
    expect(await settleHold(scene.ctx, { campaignId: scene.campaignId })).toEqual({ spent: 1, released: 3 });
    expect(await proveLedger(scene.world.ctx)).toEqual([]);
  });

  it('after settlement: a refund line', async () => {
    await using scene = await sceneWithSpending(5, 2);
    const [messageId] = scene.messageIds;
    await settleHold(scene.ctx, { campaignId: scene.campaignId });
    expect(await refundMessage(scene.ctx, scene.campaignId, messageId!)).toBe(true);
    expect(await scene.refunds()).toMatchObject([
      { amountCredits: 1, balanceAfterCredits: 999, messageId, campaignId: scene.campaignId },
    ]);
    expect(await proveLedger(scene.world.ctx)).toEqual([]);
  });

  it('one message refunded 20 times at once, before and after settlement: one credit each', async () => {
    await using scene = await sceneWithSpending(5, 3);
    const { ctx, campaignId } = scene;
    const [before, after] = scene.messageIds as [string, string];
    const times = (messageId: string) =>
      Promise.all(Array.from({ length: 20 }, () => refundMessage(ctx, campaignId, messageId)));
    expect((await times(before)).filter(Boolean)).toHaveLength(1);
    await settleHold(ctx, { campaignId });
    expect((await times(after)).filter(Boolean)).toHaveLength(1);
    expect(await scene.balance()).toEqual({ current: 999, held: 0, available: 999 });
    expect(await proveLedger(scene.world.ctx)).toEqual([]);
  });

  it('after settlement the index holds too, should a caller forget to ask refunded_at', async () => {
    await using scene = await sceneWithSpending(5, 2);
    const { ctx, campaignId } = scene;
    await settleHold(ctx, { campaignId });
    const messageId = scene.messageIds[0]!;
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => refundCredit(ctx, { campaignId, messageId })));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await scene.refunds()).toHaveLength(1);
    expect((await scene.balance()).current).toBe(999);
  });

  it('while settling: given back once, whichever comes first', async () => {
    await using scene = await sceneWithSpending(12, 12);
    const { ctx, campaignId } = scene;
    const refunds = scene.messageIds.map((messageId) => refundMessage(ctx, campaignId, messageId));
    await Promise.all([...refunds.slice(0, 6), settleHold(ctx, { campaignId }), ...refunds.slice(6)]);
    expect(await scene.balance()).toEqual({ current: 1000, held: 0, available: 1000 });
    expect(await proveLedger(scene.world.ctx)).toEqual([]);
  });

  it('false: a message never captured, one of another campaign or organization', async () => {
    await using scene = await sceneWithSpending(5, 1);
    const { ctx, campaignId, messageIds } = scene;
    const other = newId();
    await holdCredits(ctx, { campaignId: other, credits: 1 });
    expect(await refundCredit(ctx, { campaignId, messageId: await addMessage(ctx, campaignId) })).toBe(false);
    expect(await refundCredit(ctx, { campaignId: other, messageId: messageIds[0]! })).toBe(false);
    expect(await refundCredit(scene.world.globex.ctx, { campaignId, messageId: messageIds[0]! })).toBe(false);
    expect((await scene.balance()).current).toBe(999);
  });
});
