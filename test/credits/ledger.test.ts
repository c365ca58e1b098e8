import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrgContext } from '#src/context.ts';
import { adjustHold } from '#src/credits/adjust-hold.ts';
import { holdCredits } from '#src/credits/hold-credits.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { releaseCredits } from '#src/credits/release-credits.ts';
import { settleHold } from '#src/credits/settle-hold.ts';
import { topUpCredits } from '#src/credits/top-up-credits.ts';
import { transferCredits } from '#src/credits/transfer-credits.ts';
import { members } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { createMember } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { ModelLedger } from './model-ledger.ts';
import { addMessage, refundMessage, spendMessage } from './spend-message.ts';

const credits = fc.integer({ min: 1, max: 12 });
const campaign = fc.integer({ min: 0, max: 2 });
const step = fc.oneof(
  fc.record({ verb: fc.constant('topUp' as const), amount: fc.integer({ min: -30, max: 30 }).filter((n) => n !== 0) }),
  fc.record({
    verb: fc.constant('transfer' as const),
    amount: fc.integer({ min: -15, max: 15 }).filter((n) => n !== 0),
  }),
  fc.record({ verb: fc.constant('hold' as const), campaign, credits }),
  fc.record({ verb: fc.constant('adjust' as const), campaign, credits: fc.nat({ max: 20 }), reopen: fc.boolean() }),
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('spend' as const), campaign }) },
  fc.record({ verb: fc.constant('release' as const), campaign, credits: fc.integer({ min: 1, max: 3 }) }),
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('refund' as const), campaign }) },
  fc.record({ verb: fc.constant('settle' as const), campaign, keep: fc.nat({ max: 3 }) }),
);
type Step = (typeof step extends fc.Arbitrary<infer S> ? S : never) & { verb: string };

/** A user of his own with three campaigns, and the same user in the model. */
class Run {
  readonly campaigns = [newId(), newId(), newId()];
  readonly spent: string[][] = [[], [], []];
  readonly model = new ModelLedger(20);
  readonly admin: OrgContext;
  readonly user: OrgContext;
  readonly colleague: string;
  /** What the colleague has. */
  theirs = 10;

  constructor(admin: OrgContext, user: OrgContext, colleague: string) {
    this.admin = admin;
    this.user = user;
    this.colleague = colleague;
  }

  static async start(world: World): Promise<Run> {
    const user = await createMember(world.ctx, world.call, newId(), { credits: 20 });
    const colleague = await createMember(world.ctx, world.call, newId());
    await joinOrganization(world, colleague.userId, user.organizationId);
    await topUpCredits(world.admin.ctx, { userId: colleague.userId, amount: 10, note: 'n' });
    return new Run(world.admin.ctx, user.ctx, colleague.userId);
  }

  /** Both outcomes: what the database said, and the model. */
  async take(step: Step): Promise<[unknown, unknown]> {
    const { user, model } = this;
    if (step.verb === 'topUp') {
      const input = { userId: user.userId, amount: step.amount, note: 'n' };
      return [await outcome(topUpCredits(this.admin, input)), model.topUp(step.amount)];
    }
    if (step.verb === 'transfer') return this.transfer(step.amount);
    const campaignId = this.campaigns[step.campaign]!;
    if (step.verb === 'hold')
      return [
        await outcome(holdCredits(user, { campaignId, credits: step.credits })),
        model.hold(step.campaign, step.credits),
      ];
    if (step.verb === 'adjust') {
      const change = { campaignId, heldCredits: step.credits, reopen: step.reopen };
      return [await outcome(adjustHold(user, change)), model.adjust(step.campaign, step.credits, step.reopen)];
    }
    if (step.verb === 'release')
      return [
        await releaseCredits(user, { campaignId, credits: step.credits }),
        model.release(step.campaign, step.credits),
      ];
    if (step.verb === 'settle')
      return [await settleHold(user, { campaignId, keepCredits: step.keep }), model.settle(step.campaign, step.keep)];
    return step.verb === 'spend' ? this.spend(step.campaign) : this.refund(step.campaign);
  }

  private async transfer(amount: number): Promise<[unknown, unknown]> {
    const { userId, organizationId } = this.user;
    const [fromUserId, toUserId] = amount > 0 ? [userId, this.colleague] : [this.colleague, userId];
    const input = { fromUserId, toUserId, amount: Math.abs(amount), organizationId };
    const expected = this.model.transfer(amount, this.theirs);
    if (expected === 'ok') this.theirs += amount;
    return [await outcome(transferCredits(this.user, input)), expected];
  }

  private async spend(campaign: number): Promise<[unknown, unknown]> {
    const messageId = await addMessage(this.user, this.campaigns[campaign]!);
    const paid = await spendMessage(this.user, this.campaigns[campaign]!, messageId);
    if (paid) this.spent[campaign]!.push(messageId);
    return [paid, this.model.capture(campaign, 1)];
  }

  private async refund(campaign: number): Promise<[unknown, unknown]> {
    const messageId = this.spent[campaign]!.shift();
    if (messageId === undefined) return [true, true];
    this.model.refund(campaign);
    return [await refundMessage(this.user, this.campaigns[campaign]!, messageId), true];
  }
}

async function joinOrganization({ ctx }: World, userId: string, organizationId: string): Promise<void> {
  await ctx.db.update(members).set({ organizationId, role: 'consultant' }).where(eq(members.userId, userId));
  await ctx.db.update(creditAccounts).set({ organizationId }).where(eq(creditAccounts.userId, userId));
}

async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

describe('the ledger', () => {
  it('does as the model does and adds up after every step, whatever the order', async () => {
    await using world = await createWorld();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const run = await Run.start(world);
        for (const step of steps) {
          const [found, expected] = await run.take(step as Step);
          expect(found, JSON.stringify(step)).toEqual(expected);
          expect(await readBalance(world.ctx, run.user.userId)).toEqual(run.model.balance);
          expect(await proveLedger(world.ctx, { userId: run.user.userId })).toEqual([]);
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
    expect(await proveLedger(world.ctx)).toEqual([]);
  });

  it('adds up when everything happens at once', async () => {
    await using world = await createWorld();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
        const run = await Run.start(world);
        await Promise.all(
          run.campaigns.map((campaignId) => outcome(holdCredits(run.user, { campaignId, credits: 6 }))),
        );
        await Promise.all(steps.map((step) => run.take(step as Step)));
        expect(await proveLedger(world.ctx, { userId: run.user.userId })).toEqual([]);
        expect((await readBalance(world.ctx, run.user.userId)).available).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});
