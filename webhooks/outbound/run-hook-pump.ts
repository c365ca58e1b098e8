import { setTimeout as sleep } from 'node:timers/promises';
import type { AppContext } from '#src/context.ts';
import { createAlarm } from '#src/platform/alarm.ts';
import { newId } from '#src/platform/ids.ts';
import { claimLanes, leaseMs, renewLeases, untilDue } from './claim-lanes.ts';
import type { Lane } from './lane.ts';
import { createAttemptRecorder } from './record-attempts.ts';
import { type HookWorker, takeTurn } from './take-turn.ts';
import { HOOKS_CHANNEL } from './wake-hooks.ts';

export type HookPump = { stop(): Promise<void> };
export type HookPumpOptions = {
  /** Endpoints that have a turn at once, in this process; and how many of them may be slow or failing. */
  lanes?: number;
  troubled?: number;
};

const AFTER_FAILURE_MS = 1000;
/** Acks of campaigns wake nobody: a transaction that notifies would wait for every other that does. */
const LONGEST_SLEEP_MS = 250;
/** A round of claims costs a look at every endpoint that something waits for. */
const ROUND_MS = 20;

/**
 * Delivers whatever is due, until stopped. Any number of pumps in any number of processes share the endpoints, a turn at a time; those that
 * fail or dawdle never fill all the places. `stop` begins no more requests and waits for those on the wire.
 */
export async function runHookPump(
  ctx: AppContext,
  { lanes = 256, troubled = lanes / 2 }: HookPumpOptions = {},
): Promise<HookPump> {
  const stopping = new AbortController();
  const alarm = createAlarm();
  const wake = () => alarm.ringIn(0);
  const worker = createHookWorker(ctx, stopping.signal);
  const turns = new Map<Lane, Promise<void>>();
  const listening = await ctx.client.listen(HOOKS_CHANNEL, wake, wake);
  const renewing = setInterval(() => renew(ctx, worker.id, [...turns.keys()]), leaseMs(ctx) / 3).unref();
  const begin = (lane: Lane) => {
    const turn = takeTurn(ctx, worker, lane)
      .catch((error) => ctx.log.error({ err: error, endpointId: lane.endpointId }, 'a turn of webhooks broke off'))
      .finally(() => {
        turns.delete(lane);
        wake();
      });
    turns.set(lane, turn);
  };
  const round = async (): Promise<void> => {
    const places = placesLeft([...turns.keys()], lanes, troubled);
    const claimed = places.healthy > 0 ? await claimLanes(ctx, { workerId: worker.id, ...places }) : [];
    for (const lane of claimed) begin(lane);
    const roundEnds = sleep(ROUND_MS);
    if (claimed.length === 0) await alarm.sleep(places.healthy > 0 ? await nextLook(ctx) : LONGEST_SLEEP_MS);
    await roundEnds;
  };
  const working = (async () => {
    while (!stopping.signal.aborted)
      await round().catch(async (error) => {
        ctx.log.error({ err: error }, 'webhook pump failed, going on');
        await sleep(AFTER_FAILURE_MS);
      });
  })();
  return {
    async stop() {
      stopping.abort();
      wake();
      await working;
      await Promise.all(turns.values());
      clearInterval(renewing);
      await listening.unlisten();
    },
  };
}

export const createHookWorker = (ctx: AppContext, stopping: AbortSignal): HookWorker => ({
  id: newId(),
  record: createAttemptRecorder(ctx),
  stopping,
  random: Math.random,
});

function placesLeft(busy: Lane[], lanes: number, troubled: number): { healthy: number; troubled: number } {
  const inTrouble = busy.filter(({ state }) => state.failuresInRow > 0 || state.slow).length;
  const left = lanes - busy.length;
  return { healthy: left, troubled: Math.max(0, Math.min(left, troubled - inTrouble)) };
}

/** Never at once: what is due already is not for us now. */
async function nextLook(ctx: AppContext): Promise<number> {
  return Math.min(LONGEST_SLEEP_MS, Math.max(ROUND_MS * 5, (await untilDue(ctx)) ?? LONGEST_SLEEP_MS));
}

const renew = (ctx: AppContext, workerId: string, lanes: Lane[]): Promise<void> =>
  renewLeases(ctx, workerId, lanes).catch((error) =>
    ctx.log.warn({ err: error }, 'turns of webhooks could not be prolonged'),
  );

/** Delivers what is due now and returns; says whether there was anything. */
export async function deliverDue(ctx: AppContext): Promise<boolean> {
  const worker = createHookWorker(ctx, new AbortController().signal);
  const lanes = await claimLanes(ctx, { workerId: worker.id, healthy: 100, troubled: 100 });
  await Promise.all(lanes.map((lane) => takeTurn(ctx, worker, lane)));
  return lanes.length > 0;
}
