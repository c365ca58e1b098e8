import type { AppContext } from '#src/context.ts';
import { endTurn } from './end-turn.ts';
import { judgeAttempt, noteAttempt } from './judge-attempt.ts';
import { type DueDelivery, type Lane, laneWidth, type Target } from './lane.ts';
import { postEvent } from './post-event.ts';
import { readDue } from './read-due.ts';
import type { RecordAttempt } from './record-attempts.ts';

/** After so long others come first. */
const TURN_MS = 5_000;

export type HookWorker = {
  id: string;
  record: RecordAttempt;
  stopping: AbortSignal;
  random: () => number;
};

/**
 * Sends to an endpoint what is due, a few at a time, until nothing is, its turn is over, or it wants to be left alone. A delivery stays
 * due until its outcome is written down: whoever dies on the way leaves it to the next.
 */
export async function takeTurn(ctx: AppContext, worker: HookWorker, lane: Lane): Promise<void> {
  const over = performance.now() + TURN_MS;
  const mayGoOn = () => !worker.stopping.aborted && !lane.state.pausedUntil && !lane.state.gone;
  try {
    while (mayGoOn() && performance.now() < over) {
      const due = await readDue(ctx, lane, worker.id);
      if (!due) break;
      await deliver(ctx, worker, lane, due.target, due.deliveries, mayGoOn);
    }
  } finally {
    await endTurn(ctx, lane, worker.id);
  }
}

async function deliver(
  ctx: AppContext,
  worker: HookWorker,
  lane: Lane,
  target: Target,
  deliveries: DueDelivery[],
  mayGoOn: () => boolean,
): Promise<void> {
  const posting = new Set<Promise<void>>();
  const recording: Promise<void>[] = [];
  const unwritten: unknown[] = [];
  const post = async (delivery: DueDelivery) => {
    const at = ctx.clock.now();
    const outcome = await postEvent(ctx, target, delivery.event, at);
    const attempt = { at, now: ctx.clock.now(), random: worker.random, speed: ctx.config.recoverySpeed };
    noteAttempt(lane.state, outcome, attempt);
    const written = worker.record(judgeAttempt(delivery, outcome, attempt));
    recording.push(written.catch((error) => void unwritten.push(error)));
  };
  for (const delivery of deliveries) {
    while (posting.size >= laneWidth(lane.state)) await Promise.race(posting);
    if (!mayGoOn()) break;
    const work = post(delivery).finally(() => posting.delete(work));
    posting.add(work);
  }
  await Promise.all(posting);
  await Promise.all(recording);
  if (unwritten.length > 0) throw unwritten[0];
}
