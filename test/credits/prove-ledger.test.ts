import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { addMessage, spendMessages } from './spend-message.ts';

/** One settled campaign and one still open, each with two messages paid. */
async function worldWithCampaigns() {
  const world = await createWorld();
  const [settled, open] = [newId(), newId()];
  for (const campaignId of [settled, open]) {
    await holdCredits(world.acme.ctx, { campaignId, credits: 5 });
    await spendMessages(world.acme.ctx, campaignId, 2);
  }
  await settleHold(world.acme.ctx, { campaignId: settled });
  return { world, settled, open, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const about = async (world: World) => (await proveLedger(world.ctx)).map((difference) => difference.about);

describe('proveLedger', () => {
  it('finds nothing in a ledger that is in order', async () => {
    await using scene = await worldWithCampaigns();
    expect(await proveLedger(scene.world.ctx)).toEqual([]);
  });

  it.each([
    [
      'update credit_accounts set settled_credits = settled_credits + 1 where settled_credits > 0',
      'account.settled = sum of the statement',
    ],
    [
      'update credit_accounts set unsettled_credits = unsettled_credits + 1 where settled_credits > 0',
      'account.unsettled = captured by open holds',
    ],
    [
      'update credit_accounts set held_credits = held_credits + 1 where settled_credits > 0',
      'account.held = remaining in open holds',
    ],
    [
      "update credit_holds set captured_credits = captured_credits + 1 where status = 'open'",
      'hold.captured = messages captured and not given back',
    ],
    [
      'update credit_holds set settled_credits = settled_credits - 1 where settled_credits > 0',
      'hold.settled = the campaign in the statement',
    ],
    [
      "update credit_holds set released_credits = released_credits - 1 where status = 'settled'",
      'a settled hold has nothing left',
    ],
    [
      'update messages set captured_at = null where id = (select id from messages limit 1)',
      'hold.captured = messages captured and not given back',
    ],
    [
      "insert into credit_transactions (organization_id, user_id, type, amount_credits, balance_after_credits, sequence) select organization_id, user_id, 'top-up', 1, 1, 9 from credit_accounts where settled_credits = 998",
      'statement.sequence has no gap',
    ],
    [
      "insert into credit_transactions (organization_id, user_id, type, amount_credits, balance_after_credits, sequence) select organization_id, user_id, 'top-up', 1, 1, 3 from credit_accounts where settled_credits = 998",
      'statement.balance_after is the running balance',
    ],
    ['delete from credit_holds', 'hold.settled = the campaign in the statement'],
  ])('%s: finds it', async (damage, claim) => {
    await using scene = await worldWithCampaigns();
    await scene.world.ctx.db.execute(sql.raw(damage));
    expect(await about(scene.world)).toContain(claim);
  });

  it('says whose, which campaign, what was expected and what is there', async () => {
    await using scene = await worldWithCampaigns();
    const { world, open } = scene;
    const extra = await addMessage(world.acme.ctx, open);
    await world.ctx.db.execute(sql`update messages set captured_at = now() where id = ${extra}`);
    const difference = {
      userId: world.acme.userId,
      campaignId: open,
      messageId: null,
      smsId: null,
      about: 'hold.captured = messages captured and not given back',
      expected: 3,
      found: 2,
    };
    expect(await proveLedger(world.ctx)).toEqual([difference]);
    expect(await proveLedger(world.ctx, { userId: world.acme.userId })).toEqual([difference]);
    expect(await proveLedger(world.ctx, { userId: world.globex.userId })).toEqual([]);
  });

  it('finds messages paid in a campaign that never held anything', async () => {
    await using scene = await worldWithCampaigns();
    const campaignId = newId();
    const messageId = await addMessage(scene.world.acme.ctx, campaignId);
    await scene.world.ctx.db.execute(sql`update messages set captured_at = now() where id = ${messageId}`);
    expect(await proveLedger(scene.world.ctx)).toMatchObject([
      { userId: scene.world.acme.userId, campaignId, expected: 1, found: 0 },
    ]);
  });
});
