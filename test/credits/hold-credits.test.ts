import { describe, expect, it } from 'vitest';
import { inTransaction } from '#src/context.ts';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { topUpCredits } from '#src/credits/top-up-credits.ts';
import { creditHolds } from '#src/db/schema/credits.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';

describe('holdCredits', () => {
  it('reserves without spending', async () => {
    await using world = await createWorld();
    await holdCredits(world.acme.ctx, { campaignId: newId(), credits: 400 });
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 1000, held: 400, available: 600 });
    expect(await readBalance(world.ctx, world.globex.userId)).toEqual({ current: 1000, held: 0, available: 1000 });
  });

  it('402: names what is required and available, and saves nothing', async () => {
    await using world = await createWorld();
    await holdCredits(world.acme.ctx, { campaignId: newId(), credits: 999 });
    const refused = holdCredits(world.acme.ctx, { campaignId: newId(), credits: 2 });
    await expect(refused).rejects.toMatchObject({
      code: 'insufficient-credits',
      options: { members: { required: 2, available: 1 } },
    });
    expect(await world.ctx.db.select().from(creditHolds)).toHaveLength(1);
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('402: a user without an account has nothing available', async () => {
    await using world = await createWorld();
    const stranger = { ...world.acme.ctx, userId: newId() };
    await expect(holdCredits(stranger, { campaignId: newId(), credits: 1 })).rejects.toMatchObject({
      options: { members: { required: 1, available: 0 } },
    });
  });

  it('402: nothing of an account in another organization', async () => {
    await using world = await createWorld();
    const crossed = { ...world.acme.ctx, organizationId: world.globex.organizationId };
    await expect(holdCredits(crossed, { campaignId: newId(), credits: 1 })).rejects.toMatchObject({
      code: 'insufficient-credits',
    });
  });

  it('409: a campaign has one hold; the second takes nothing', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    await holdCredits(world.acme.ctx, { campaignId, credits: 10 });
    await expect(holdCredits(world.acme.ctx, { campaignId, credits: 10 })).rejects.toMatchObject({
      code: 'already-exists',
    });
    expect((await readBalance(world.ctx, world.acme.userId)).held).toBe(10);
  });

  it('a campaign held 20 times at once is held once', async () => {
    await using world = await createWorld();
    const campaignId = newId();
    const tries = Array.from({ length: 20 }, () => holdCredits(world.acme.ctx, { campaignId, credits: 10 }));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(1);
    expect((await readBalance(world.ctx, world.acme.userId)).held).toBe(10);
  });

  it('is undone with the transaction around it', async () => {
    await using world = await createWorld();
    const failing = inTransaction(world.acme.ctx, async (ctx) => {
      await holdCredits(ctx, { campaignId: newId(), credits: 10 });
      throw new Error('the campaign could not be saved');
    });
    await expect(failing).rejects.toThrow('could not be saved');
    expect((await readBalance(world.ctx, world.acme.userId)).held).toBe(0);
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('F36, G3: 1,000 at once against 500: exactly 500 succeed', async () => {
    await using world = await createWorld();
    await topUpCredits(world.admin.ctx, { userId: world.acme.userId, amount: -500, note: 'to 500' });
    const tries = Array.from({ length: 1000 }, () => holdCredits(world.acme.ctx, { campaignId: newId(), credits: 1 }));
    const outcomes = await Promise.allSettled(tries);
    const refusals = outcomes.filter((o) => o.status === 'rejected').map((o) => o.reason.code);
    expect(refusals).toEqual(Array(500).fill('insufficient-credits'));
    expect(await readBalance(world.ctx, world.acme.userId)).toEqual({ current: 500, held: 500, available: 0 });
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('F42: 400: refuses what is not a whole number of credits within bounds, and holds nothing', async () => {
    await using world = await createWorld();
    for (const credits of [0, -1, 0.5, 1e12, Number.NaN, Number.POSITIVE_INFINITY, '5' as never, null as never])
      await expect(holdCredits(world.acme.ctx, { campaignId: newId(), credits })).rejects.toMatchObject({
        code: 'invalid-request',
      });
    expect((await readBalance(world.ctx, world.acme.userId)).held).toBe(0);
  });
});
