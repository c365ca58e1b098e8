import { describe, expect, it } from 'vitest';
import { captureCredit } from '#src/credits/capture-credit.ts';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { releaseCredits } from '#src/credits/release-credits.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { addMessage, spendMessage } from './spend-message.ts';

describe('captureCredit', () => {
  it('takes the credit from the balance at once, before any statement', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    await holdCredits(world.acme.ctx, { campaignId, credits: 10 });
    expect(await captureCredit(world.acme.ctx, { campaignId, credits: 3 })).toBe(true);
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 997, held: 7, available: 990 });
  });

  it('F37: false: more than is left, after a release, after settlement, another organization, no hold', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    const { ctx } = world.acme;
    await holdCredits(ctx, { campaignId, credits: 3 });
    expect(await captureCredit(ctx, { campaignId, credits: 4 })).toBe(false);
    expect(await captureCredit(world.globex.ctx, { campaignId })).toBe(false);
    expect(await captureCredit(ctx, { campaignId: newId() })).toBe(false);
    await releaseCredits(ctx, { campaignId, credits: 2 });
    expect(await captureCredit(ctx, { campaignId, credits: 2 })).toBe(false);
    await settleHold(ctx, { campaignId });
    expect(await captureCredit(ctx, { campaignId })).toBe(false);
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 1000, held: 0, available: 1000 });
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('F37: one message captured 20 times at once is paid once', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    const { ctx } = world.acme;
    await holdCredits(ctx, { campaignId, credits: 20 });
    const messageId = await addMessage(ctx, campaignId);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => spendMessage(ctx, campaignId, messageId)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect((await readBalance(world.ctx, world.acme.userId)).current).toBe(999);
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('100 captures at once of a hold of 60: exactly 60', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    const { ctx } = world.acme;
    await holdCredits(ctx, { campaignId, credits: 60 });
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => captureCredit(ctx, { campaignId })));
    expect(outcomes.filter(Boolean)).toHaveLength(60);
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 940, held: 0, available: 940 });
  });

  it('F42: 400: refuses what is not a whole number of credits within bounds', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    await holdCredits(world.acme.ctx, { campaignId, credits: 5 });
    for (const credits of [0, -1, 0.1, 1e15, '1' as never])
      await expect(captureCredit(world.acme.ctx, { campaignId, credits })).rejects.toMatchObject({
        code: 'invalid-request',
      });
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 1000, held: 5, available: 995 });
  });
});
