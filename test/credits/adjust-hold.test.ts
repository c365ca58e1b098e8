import { describe, expect, it } from 'vitest';
import { adjustHold } from '#src/credits/adjust-hold.ts';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { spendMessages } from './spend-message.ts';

async function sceneWithHold(credits = 100) {
  const world = await createWorld();
  const campaignId = newId();
  await holdCredits(world.acme.ctx, { campaignId, credits });
  const held = async () => (await readBalance(world.ctx, world.acme.userId)).held;
  return { world, campaignId, held, ctx: world.acme.ctx, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

describe('adjustHold', () => {
  it('raises and lowers to a new total', async () => {
    await using scene = await sceneWithHold();
    expect(await adjustHold(scene.ctx, { campaignId: scene.campaignId, heldCredits: 250 })).toEqual({
      heldCredits: 250,
    });
    expect(await scene.held()).toBe(250);
    await adjustHold(scene.ctx, { campaignId: scene.campaignId, heldCredits: 40 });
    expect(await scene.held()).toBe(40);
    await adjustHold(scene.ctx, { campaignId: scene.campaignId, addCredits: 5 });
    expect(await scene.held()).toBe(45);
  });

  it('402: names the missing difference and leaves the hold as it was', async () => {
    await using scene = await sceneWithHold();
    await expect(adjustHold(scene.ctx, { campaignId: scene.campaignId, heldCredits: 1001 })).rejects.toMatchObject({
      code: 'insufficient-credits',
      options: { members: { required: 901, available: 900 } },
    });
    expect(await scene.held()).toBe(100);
    await adjustHold(scene.ctx, { campaignId: scene.campaignId, heldCredits: 1000 });
    expect(await scene.held()).toBe(1000);
  });

  it('409: not below what was captured and given back', async () => {
    await using scene = await sceneWithHold();
    await spendMessages(scene.ctx, scene.campaignId, 3);
    await expect(adjustHold(scene.ctx, { campaignId: scene.campaignId, heldCredits: 2 })).rejects.toMatchObject({
      code: 'conflict',
      options: { members: { used: 3 } },
    });
    await adjustHold(scene.ctx, { campaignId: scene.campaignId, heldCredits: 3 });
    expect(await scene.held()).toBe(0);
  });

  it('409: a settled hold stays settled unless it is reopened; then more can be captured and settled', async () => {
    await using scene = await sceneWithHold(2);
    const { ctx, campaignId } = scene;
    await spendMessages(ctx, campaignId, 1);
    await settleHold(ctx, { campaignId });
    await expect(adjustHold(ctx, { campaignId, addCredits: 2 })).rejects.toMatchObject({ code: 'conflict' });
    await adjustHold(ctx, { campaignId, addCredits: 2, reopen: true });
    await spendMessages(ctx, campaignId, 2);
    expect(await settleHold(ctx, { campaignId })).toEqual({ spent: 2, released: 0 });
    expect(await readBalance(scene.world.ctx, scene.world.acme.userId)).toEqual({
      current: 997,
      held: 0,
      available: 997,
    });
    expect(await proveLedger(scene.world.ctx)).toEqual([]);
  });

  it('404: another organization’s campaign, and one without a hold', async () => {
    await using scene = await sceneWithHold();
    const strange = adjustHold(scene.world.globex.ctx, { campaignId: scene.campaignId, heldCredits: 1 });
    await expect(strange).rejects.toMatchObject({ code: 'not-found' });
    await expect(adjustHold(scene.ctx, { campaignId: newId(), heldCredits: 1 })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await scene.held()).toBe(100);
  });

  it('20 at once that add 100 each to 900 available: exactly nine succeed', async () => {
    await using scene = await sceneWithHold();
    const tries = Array.from({ length: 20 }, () =>
      adjustHold(scene.ctx, { campaignId: scene.campaignId, addCredits: 100 }),
    );
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(9);
    expect(await scene.held()).toBe(1000);
    expect(await proveLedger(scene.world.ctx)).toEqual([]);
  });

  it('400: refuses a total that is not a whole number within bounds', async () => {
    await using scene = await sceneWithHold();
    for (const heldCredits of [-1, 1.5, 1e9, '7' as never])
      await expect(adjustHold(scene.ctx, { campaignId: scene.campaignId, heldCredits })).rejects.toMatchObject({
        code: 'invalid-request',
      });
    expect(await scene.held()).toBe(100);
  });
});
