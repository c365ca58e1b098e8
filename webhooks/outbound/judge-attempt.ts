import { newId } from '#src/platform/ids.ts';
import type { AttemptResult, DueDelivery, LaneState } from './lane.ts';
import { faultOf, type PostOutcome } from './post-event.ts';
import { pauseAfterMs, retryWaitMs, wishedWaitMs } from './retry-schedule.ts';

/** An answer that took longer makes an endpoint slow. */
const SLOW_MS = 2_000;

type Attempt = { at: Date; now: Date; random: () => number; speed: number };

/** What an attempt means for the delivery: done, to be tried again, or given up. */
export function judgeAttempt(
  delivery: DueDelivery,
  outcome: PostOutcome,
  { at, now, random, speed }: Attempt,
): AttemptResult {
  const attempt = delivery.attempts + 1;
  const error = faultOf(outcome);
  const answered = outcome.kind === 'answered';
  const wait = error === null || error === 'gone' ? null : retryWaitMs(attempt, random);
  const dueAt = wait === null ? null : new Date(now.getTime() + Math.max(wait, wishOf(outcome, now)) / speed);
  return {
    id: newId(),
    deliveryId: delivery.id,
    organizationId: delivery.event.organizationId,
    run: delivery.run,
    attempt,
    status: error === null ? 'delivered' : dueAt ? 'pending' : 'failed',
    dueAt,
    attemptedAt: at,
    statusCode: answered ? outcome.status : null,
    error,
    tookMilliseconds: outcome.tookMilliseconds,
    response: answered ? outcome.body : null,
  };
}

/** What an attempt means for the endpoint. */
export function noteAttempt(state: LaneState, outcome: PostOutcome, { now, speed }: Attempt): void {
  const error = faultOf(outcome);
  state.slow = outcome.tookMilliseconds > SLOW_MS;
  if (error === null) {
    state.lastSuccess = now;
    state.failuresInRow = 0;
    state.failingSince = null;
    return;
  }
  state.failuresInRow++;
  state.failingSince ??= now;
  state.gone ||= error === 'gone';
  const pause = Math.max(pauseAfterMs(state.failuresInRow), wishOf(outcome, now));
  if (pause > 0) state.pausedUntil = new Date(now.getTime() + pause / speed);
}

/** Only where it says that it is too much, or too early. */
const wishOf = (outcome: PostOutcome, now: Date): number =>
  outcome.kind === 'answered' && (outcome.status === 429 || outcome.status === 503)
    ? wishedWaitMs(outcome.retryAfter, now)
    : 0;
