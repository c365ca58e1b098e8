import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banUser } from '#src/admin/ban-user.ts';
import { stillIntegrationsJob } from '#src/admin/jobs.ts';
import { liftBan } from '#src/admin/lift-ban.ts';
import { abandonClaim } from '#src/campaigns/abandon-claim.ts';
import { cancelCampaign } from '#src/campaigns/cancel-campaign.ts';
import { createCampaign } from '#src/campaigns/create-campaign.ts';
import { followAcks } from '#src/campaigns/follow-acks.ts';
import type { Claim } from '#src/campaigns/lane.ts';
import { markDispatched } from '#src/campaigns/mark-dispatched.ts';
import { pauseCampaign } from '#src/campaigns/pause-campaign.ts';
import { recordAbsence } from '#src/campaigns/record-absence.ts';
import { recordOutcome } from '#src/campaigns/record-outcome.ts';
import { resolveUnknown } from '#src/campaigns/resolve-unknown.ts';
import { resumeCampaign } from '#src/campaigns/resume-campaign.ts';
import { retryFailed } from '#src/campaigns/retry-failed.ts';
import { sweepCampaigns } from '#src/campaigns/sweep-campaigns.ts';
import { accepted, rejected, unavailable, unknown } from '#src/channels/evolution/outcome.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { readBalance } from '#src/credits/queries.ts';
import { topUpCredits } from '#src/credits/top-up-credits.ts';
import { changePlatformSettings } from '#src/operations/change-platform-settings.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { changeSettings } from '#src/windows/change-settings.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { createGroupOf, openInstance, storeMedia } from './stage.ts';

const which = fc.nat({ max: 3 });
const verbs = ['pause', 'resume', 'cancel', 'retry', 'decide-retry', 'give-up', 'decide-sent'] as const;
const endings = [
  'accepted',
  'accepted',
  'accepted',
  'accepted',
  'accepted',
  'rejected',
  'unavailable',
  'unknown',
  'absent',
] as const;
const step = fc.oneof(
  fc.record({
    do: fc.constant('create' as const),
    people: fc.integer({ min: 1, max: 3 }),
    parts: fc.constantFrom(1, 2),
    later: fc.boolean(),
  }),
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      ending: fc.constantFrom(...endings),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('claim' as const) }) },
  fc.record({ do: fc.constant('lose' as const), dispatched: fc.boolean() }),
  fc.record({ do: fc.constant('come back' as const) }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('ack' as const),
      which: fc.nat(),
      status: fc.constantFrom('ERROR' as const, 'ERROR' as const, 'DELIVERY_ACK' as const, 'READ' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ask' as const), which, verb: fc.constantFrom(...verbs) }) },
  fc.record({ do: fc.constant('ban' as const), lifted: fc.constantFrom(true, true, false) }),
  fc.record({ do: fc.constant('topUp' as const), amount: fc.integer({ min: -8, max: 8 }).filter((n) => n !== 0) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drain' as const) }) },
  fc.record({ do: fc.constant('pass' as const), hours: fc.constantFrom(1, 80) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const allDay = { windowStartMinute: 0, windowEndMinute: 1440 };

/** A user of his own with a number, doing one thing after another. */
class Run {
  readonly world: World;
  readonly user: Member;
  readonly campaigns: string[] = [];
  readonly lost: Claim[] = [];
  claim: Claim | null = null;
  groups = 0;

  private constructor(world: World, user: Member) {
    this.world = world;
    this.user = user;
  }

  static async start(world: World): Promise<Run> {
    await world.ctx.db.execute(sql`update lanes set due_at = null`);
    await world.ctx.db.execute(sql`update campaigns set status = 'paused' where status in ('pending', 'running')`);
    const user = await createMember(world.ctx, world.call, newId(), { credits: 14 });
    await changeSettings(user.ctx, allDay);
    await openInstance(world.ctx, user);
    return new Run(world, user);
  }

  async take(step: Step): Promise<void> {
    const { ctx, clock, admin } = this.world;
    const { userId } = this.user;
    if (step.do === 'create') await this.create(step);
    else if (step.do === 'send') for (let i = 0; i < step.times; i++) await this.send(step.ending);
    else if (step.do === 'claim') await this.take1();
    else if (step.do === 'lose') await this.lose(step.dispatched);
    else if (step.do === 'come back') await this.comeBack();
    else if (step.do === 'ack') await this.ack(step.which, step.status);
    else if (step.do === 'ask') await this.ask(step.which, step.verb);
    else if (step.do === 'ban') await this.ban(step.lifted);
    else if (step.do === 'topUp') await topUpCredits(admin.ctx, { userId, amount: step.amount, note: 'n' });
    else {
      await this.world.drain();
      if (step.do === 'drain') return;
      clock.advance({ hours: step.hours });
      await sweepCampaigns(ctx);
      await this.world.drain();
    }
  }

  private async create({ people, parts, later }: Extract<Step, { do: 'create' }>): Promise<void> {
    const { ctx, clock } = this.world;
    if (this.campaigns.length === 4) return;
    this.groups++;
    const groupId = await createGroupOf(
      ctx,
      this.user,
      people,
      [...'123'].map((n) => `${this.groups}00${n}`),
    );
    const startAt = later ? new Date(clock.now().getTime() + 1_800_000).toISOString() : null;
    const mediaIds = parts === 2 ? [await storeMedia(ctx, this.user, 'voice')] : [];
    const input = {
      name: 'n',
      channel: 'whatsapp',
      text: 'Merhaba',
      mediaIds,
      audience: { groupIds: [groupId] },
      startAt,
    };
    this.campaigns.push(await createCampaign(this.user.ctx, input as never));
    await this.world.drain();
  }

  private async ban(lifted: boolean): Promise<void> {
    const { admin, ctx } = this.world;
    const { userId } = this.user;
    await (lifted ? liftBan(admin.ctx, userId) : banUser(admin.ctx, { userId, reason: 'spam', until: null }));
    // asks an Evolution that is not there whether anything of his writes by itself
    await ctx.boss.deleteQueuedJobs(stillIntegrationsJob.name);
  }

  private async take1(): Promise<void> {
    for (let tries = 0; !this.claim && tries < 20; tries++) {
      const claim = await claimNextMessage(this.world.ctx);
      if (claim === 'idle') return;
      if (typeof claim === 'object') this.claim = claim;
    }
  }

  private async dispatch(claim: Claim): Promise<boolean> {
    const { ctx } = this.world;
    const [leaves] = await markDispatched(ctx, [{ claim, rules: await readSendingRules(ctx, claim.userId) }]);
    if (leaves) return true;
    await abandonClaim(ctx, claim, ctx.clock.now(), null);
    return false;
  }

  private async send(ending: (typeof endings)[number]): Promise<void> {
    const { ctx, clock } = this.world;
    await this.take1();
    const claim = this.claim;
    this.claim = null;
    if (!claim) return;
    if (ending === 'absent') return recordAbsence(ctx, claim, true);
    if (!(await this.dispatch(claim))) return;
    await recordOutcome(ctx, claim, outcomeOf(ending));
    await ctx.db.execute(sql`delete from lane_health`);
    clock.advance({ seconds: 90 });
  }

  /** Its worker dies, and the lease runs out. */
  private async lose(dispatched: boolean): Promise<void> {
    const claim = this.claim;
    if (!claim) return;
    if (dispatched && !(await this.dispatch(claim))) this.claim = null;
    else this.lost.push(claim);
    this.claim = null;
    this.world.clock.advance({ seconds: 300 });
  }

  /** A worker that was frozen goes on with what it had claimed long ago. */
  private async comeBack(): Promise<void> {
    const claim = this.lost.shift();
    if (claim) await recordOutcome(this.world.ctx, claim, accepted({ providerMessageId: newId(), remoteJid: 'x' }));
  }

  private async ack(index: number, status: 'ERROR' | 'DELIVERY_ACK' | 'READ'): Promise<void> {
    const rows = await this.world.ctx.db.execute<{ instanceId: string; providerMessageId: string }>(sql`
      select instance_id as "instanceId", provider_message_id as "providerMessageId" from messages
      where user_id = ${this.user.userId} and provider_message_id is not null order by id`);
    const row = rows[index % Math.max(1, rows.length)];
    if (row) await followAcks(this.world.ctx, [{ ...row, status, at: this.world.clock.now() }]);
  }

  private async ask(index: number, verb: (typeof verbs)[number]): Promise<void> {
    const id = this.campaigns[index];
    if (!id) return;
    const { ctx } = this.user;
    if (verb === 'pause') await pauseCampaign(ctx, id);
    else if (verb === 'resume') await resumeCampaign(ctx, id);
    else if (verb === 'cancel') await cancelCampaign(ctx, id);
    else if (verb === 'retry') await retryFailed(ctx, id, {});
    else
      await resolveUnknown(ctx, id, {
        decision: verb === 'give-up' ? 'give-up' : verb === 'decide-sent' ? 'sent' : 'retry',
      });
  }
}

function outcomeOf(ending: Exclude<(typeof endings)[number], 'absent'>) {
  if (ending === 'accepted') return accepted({ providerMessageId: newId(), remoteJid: 'x' });
  if (ending === 'rejected') return rejected('invalid-content', '');
  return ending === 'unknown' ? unknown('timeout', '') : unavailable('no-session', '');
}

/** What a verb refuses changes nothing; anything else is a fault. */
async function unlessRefused(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

const DAY_MINUTES = 24 * 60;

describe('the ledger under campaigns', () => {
  it('G3, F37: adds up after every step, whatever the order, and nobody can spend what is held', async () => {
    await using world = await createWorld({ now: '2026-03-02T06:30:00Z' });
    await changePlatformSettings(world.admin.ctx, allDay);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 50, size: 'max' }), async (steps) => {
        const run = await Run.start(world);
        const { userId } = run.user;
        await run.take({ do: 'create', people: 3, parts: 2, later: false });
        for (const step of steps) {
          await unlessRefused(run.take(step));
          const quietMinutes = step.do === 'drain' || step.do === 'pass' ? 0 : DAY_MINUTES;
          expect(await proveLedger(world.ctx, { userId, quietMinutes }), JSON.stringify(step)).toEqual([]);
          expect((await readBalance(world.ctx, userId)).available).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 5, endOnFailure: true },
    );
  }, 120_000);
});
