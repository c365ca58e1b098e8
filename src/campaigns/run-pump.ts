import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { LANES_CHANNEL } from '#src/instances/wake-lanes.ts';
import { createAlarm } from '#src/platform/alarm.ts';
import { claimDue } from './claim-due.ts';
import { expireCampaigns } from './expire-campaigns.ts';
import type { Claim } from './lane.ts';
import { openSendSteps } from './open-send-steps.ts';
import { reconcileDue } from './reconcile-due.ts';
import { sendClaim } from './send-claim.ts';
import { startDueCampaigns } from './start-due-campaigns.ts';

export type Pump = { stop(): Promise<void> };
export type PumpOptions = { concurrency?: number };

const LONGEST_SLEEP_MS = 1000;
/** Lanes that come due within it are claimed together. */
const ROUND_MS = 20;
/** Outcomes that come within it are kept together. */
const LINGER_MS = 5;

/**
 * Sends whatever is due, on any lane, until stopped: claims one message a lane, sends it without waiting for it, and sleeps
 * to the next due time. Any number of pumps in any number of processes share the lanes. `stop` claims no more and waits for
 * the calls under way.
 */
export async function runPump(ctx: AppContext, { concurrency = 64 }: PumpOptions = {}): Promise<Pump> {
  const stopping = new AbortController();
  const alarm = createAlarm();
  const wake = () => alarm.ringIn(0);
  const inFlight = new Set<Promise<void>>();
  const steps = openSendSteps(ctx, LINGER_MS);
  const listening = await ctx.client.listen(LANES_CHANNEL, wake, wake);
  const send = (claim: Claim) => {
    const work = sendClaim(ctx, claim, steps)
      .catch((error) => {
        ctx.log.error({ err: error, messageId: claim.messageId }, 'a send ended without its outcome being kept');
        return null;
      })
      .then((next) => {
        inFlight.delete(work);
        alarm.ringIn(next ? next.getTime() - ctx.clock.now().getTime() : 0);
      });
    inFlight.add(work);
  };
  const claimRound = async (): Promise<void> => {
    const roundEnds = sleep(ROUND_MS);
    const free = concurrency - inFlight.size;
    const { claims, due } = free > 0 ? await claimDue(ctx, free) : { claims: [], due: 0 };
    for (const claim of claims) send(claim);
    if (free === 0) await Promise.race(inFlight);
    else if (due < free) await alarm.sleep(await untilDue(ctx));
    await roundEnds;
  };
  const loops = [repeat(ctx, stopping.signal, claimRound), repeat(ctx, stopping.signal, () => keepTime(ctx, wake))];
  return {
    async stop() {
      stopping.abort();
      wake();
      await Promise.all(loops);
      await Promise.all(inFlight);
      await listening.unlisten();
    },
  };
}

/** A loop in which an error is logged and which goes on, as nothing else would. */
async function repeat(ctx: AppContext, stopping: AbortSignal, step: () => Promise<void>): Promise<void> {
  while (!stopping.aborted) {
    try {
      await step();
    } catch (error) {
      ctx.log.error({ err: error }, 'pump failed, going on');
      await sleep(LONGEST_SLEEP_MS);
    }
  }
}

async function keepTime(ctx: AppContext, wake: () => void): Promise<void> {
  await expireCampaigns(ctx);
  if ((await startDueCampaigns(ctx)) > 0) wake();
  await reconcileDue(ctx);
  await sleep(LONGEST_SLEEP_MS);
}

async function untilDue(ctx: AppContext): Promise<number> {
  const [next] = await ctx.db.execute<{ due_at: string | null }>(
    sql`select min(due_at) as due_at from lanes where due_at is not null`,
  );
  const wait = next?.due_at ? new Date(next.due_at).getTime() - ctx.clock.now().getTime() : LONGEST_SLEEP_MS;
  return Math.min(LONGEST_SLEEP_MS, Math.max(0, wait));
}
