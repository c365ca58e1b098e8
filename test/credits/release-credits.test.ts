import { describe, expect, it } from 'vitest';
import { captureCredit } from '#src/credits/capture-credit.ts';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { releaseCredits } from '#src/credits/release-credits.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';

describe('releaseCredits', () => {
  it('gives back what will not be sent', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    await holdCredits(world.acme.ctx, { campaignId, credits: 10 });
    expect(await releaseCredits(world.acme.ctx, { campaignId, credits: 4 })).toBe(true);
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 1000, held: 6, available: 994 });
    expect(await releaseCredits(world.acme.ctx, { campaignId, credits: 0 })).toBe(true);
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('F37: false: what is captured, released or settled already, and another organization’s', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    const { ctx } = world.acme;
    await holdCredits(ctx, { campaignId, credits: 2 });
    expect(await releaseCredits(world.globex.ctx, { campaignId, credits: 1 })).toBe(false);
    await captureCredit(ctx, { campaignId });
    expect(await releaseCredits(ctx, { campaignId, credits: 2 })).toBe(false);
    expect(await releaseCredits(ctx, { campaignId, credits: 1 })).toBe(true);
    expect(await releaseCredits(ctx, { campaignId, credits: 1 })).toBe(false);
    await settleHold(ctx, { campaignId });
    expect(await releaseCredits(ctx, { campaignId, credits: 1 })).toBe(false);
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 999, held: 0, available: 999 });
  });

  it('F37: released and captured at once: never more than was held', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    const { ctx } = world.acme;
    await holdCredits(ctx, { campaignId, credits: 30 });
    const outcomes = await Promise.all(
      Array.from({ length: 80 }, (_, i) =>
        i % 2 ? releaseCredits(ctx, { campaignId, credits: 1 }) : captureCredit(ctx, { campaignId }),
      ),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(30);
    const captured = outcomes.filter((done, i) => done && i % 2 === 0).length;
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({
      current: 1000 - captured,
      held: 0,
      available: 1000 - captured,
    });
  });

  it('F42: 400: refuses what is not a whole number of credits within bounds', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    await holdCredits(world.acme.ctx, { campaignId, credits: 5 });
    for (const credits of [-1, 0.5, 1e15, '1' as never])
      await expect(releaseCredits(world.acme.ctx, { campaignId, credits })).rejects.toMatchObject({
        code: 'invalid-request',
      });
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 1000, held: 5, available: 995 });
  });
});
