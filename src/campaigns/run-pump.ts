import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { LANES_CHANNEL } from '#src/instances/wake-lanes.ts';
import { claimNextMessage } from './claim-next-message.ts';
import { expireCampaigns } from './expire-campaigns.ts';
import type { Claim } from './lane.ts';
import { reconcileDue } from './reconcile-due.ts';
import { sendClaim } from './send-claim.ts';
import { startDueCampaigns } from './start-due-campaigns.ts';

export type Pump = { stop(): Promise<void> };
export type PumpOptions = { concurrency?: number; claimers?: number };

const LONGEST_SLEEP_MS = 1000;

/**
 * Sends whatever is due, on any lane, until stopped: claims one message a lane, sends it without waiting for it, and sleeps
 * to the next due time. Any number of pumps in any number of processes share the lanes. `stop` claims no more and waits for
 * the calls under way.
 */
export async function runPump(ctx: AppContext, { concurrency = 64, claimers = 4 }: PumpOptions = {}): Promise<Pump> {
  const stopping = new AbortController();
  const waker = createWaker();
  const inFlight = new Set<Promise<void>>();
  const listening = await ctx.client.listen(LANES_CHANNEL, waker.wake, waker.wake);
  const send = (claim: Claim) => {
    const work = sendClaim(ctx, claim)
      .catch((error) =>
        ctx.log.error({ err: error, messageId: claim.messageId }, 'a send ended without its outcome being kept'),
      )
      .finally(() => {
        inFlight.delete(work);
        waker.wake();
      });
    inFlight.add(work);
  };
  const claimOne = async (): Promise<void> => {
    if (inFlight.size >= concurrency) await Promise.race(inFlight);
    const claim = await claimNextMessage(ctx);
    if (typeof claim === 'object') send(claim);
    else if (claim === 'idle') await waker.sleep(await untilDue(ctx));
  };
  const loops = Array.from({ length: claimers }, () => repeat(ctx, stopping.signal, claimOne));
  loops.push(repeat(ctx, stopping.signal, () => keepTime(ctx, waker.wake)));
  return {
    async stop() {
      stopping.abort();
      waker.wake();
      await Promise.all(loops);
      await Promise.all(inFlight);
      await listening.unlisten();
    },
  };
}

/** The loop of one claimer: an error is logged and the loop goes on, as nothing else would. */
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
  return Math.min(LONGEST_SLEEP_MS, Math.max(5, wait));
}

/** Sleeps that can be ended early. A wake-up while nobody sleeps is lost; the next look is a second away at most. */
function createWaker() {
  let ring: (() => void)[] = [];
  return {
    wake: () => {
      for (const up of ring.splice(0)) up();
    },
    sleep: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          ring = ring.filter((up) => up !== done);
          resolve();
        }, milliseconds);
        const done = () => {
          clearTimeout(timer);
          resolve();
        };
        ring.push(done);
      }),
  };
}
