import type { breakerScopes, breakerStates, laneHealth } from '#src/db/schema/instances.ts';

export type BreakerScope = (typeof breakerScopes)[number];
export type BreakerState = (typeof breakerStates)[number];
export type LaneHealth = typeof laneHealth.$inferSelect;
export type BreakerReason = 'error-rate' | 'acks-stalled' | 'refused-cold' | 'connection-trouble' | 'probe-failed';

/**
 * What became of one message that left us: `good`: WhatsApp has it; `refused`: it answered ERROR, of which 463 (a stranger may not be
 * written to) is the usual case and which comes without its number; `lost`: not accepted, or nobody knows; `silent`: accepted, no ack yet.
 */
export type Outcome = { result: 'good' | 'refused' | 'lost' | 'silent'; cold: boolean; at: Date };

/** As many messages back as are judged. */
export const SAMPLE = 20;
const TROUBLE_COUNT = 5;
const TROUBLE_RATE = 0.5;
const COLD_COUNT = 3;
const SILENT_COUNT = 8;
const SILENT_MS = 5 * 60_000;
/** A connection that refuses the same message so often in a row is not passing trouble. */
export const TRIES_BEFORE_TROUBLE = 3;

const FIRST_WAIT_MS = 15 * 60_000;
const LONGEST_WAIT_MS = 6 * 3_600_000;
/** How long the ack of a probe is waited for. */
export const PROBE_MS = 5 * 60_000;
/** A probe whose time is over is judged by the sweep. */
const LOOK_AGAIN_MS = 10_000;
/** A breaker that has been closed for so long begins anew. */
const FORGIVEN_MS = 24 * 3_600_000;

export type Judgement = { all: BreakerReason | null; cold: BreakerReason | null; errorRate: number | null };

/**
 * What the newest messages of a number say about it. Strangers refused while others get theirs stop the cold messages alone
 * (error 463: retrying makes it worse); half of the rest gone wrong, or nothing acknowledged any more although the connection
 * is said to be open, stop everything. `openSince`: acks held back while it was closed are not missed before they can have come.
 */
export function judgeHealth(outcomes: Outcome[], openSince: Date | null, now: Date): Judgement {
  const known = outcomes.filter(({ result }) => result !== 'silent');
  const isTrouble = ({ result }: Outcome) => result !== 'good';
  const cold = known.filter((outcome) => outcome.cold);
  const refused = cold.filter(({ result }) => result === 'refused');
  const coldRefused = refused.length >= COLD_COUNT && refused.length >= cold.length * TROUBLE_RATE;
  const judged = coldRefused ? known.filter((outcome) => !refused.includes(outcome)) : known;
  const trouble = judged.filter(isTrouble).length;
  const failing = trouble >= TROUBLE_COUNT && trouble >= judged.length * TROUBLE_RATE;
  return {
    all: failing ? 'error-rate' : isStalled(outcomes, openSince, now) ? 'acks-stalled' : null,
    cold: coldRefused ? 'refused-cold' : null,
    errorRate: known.length === 0 ? null : known.filter(isTrouble).length / known.length,
  };
}

/** Many accepted in a row, none acknowledged, and the first of them long ago. Newest first. */
function isStalled(outcomes: Outcome[], openSince: Date | null, now: Date): boolean {
  const end = outcomes.findIndex(({ result }) => result === 'good' || result === 'refused');
  const silent = (end === -1 ? outcomes : outcomes.slice(0, end)).filter(({ result }) => result === 'silent');
  const first = Math.max(silent.at(-1)?.at.getTime() ?? 0, openSince?.getTime() ?? 0);
  return silent.length >= SILENT_COUNT && now.getTime() - first >= SILENT_MS;
}

/** The state after opening once more: the wait doubles from a quarter of an hour to six hours; `speed` divides it. */
export function opened(before: Pick<LaneHealth, 'openings' | 'sinceAt' | 'state'> | null, now: Date, speed = 1) {
  const forgiven = !before || (before.state === 'closed' && now.getTime() - before.sinceAt.getTime() > FORGIVEN_MS);
  const openings = forgiven ? 1 : before.openings + 1;
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(openings - 1, 10));
  return {
    state: 'open' as const,
    openings,
    sinceAt: now,
    retryAt: new Date(now.getTime() + wait / speed),
    probeMessageId: null,
  };
}

/** What a breaker lets through at `now`: everything, one message to find out, or nothing until an instant. */
export type Passage = { kind: 'free' } | { kind: 'probe' } | { kind: 'shut'; until: Date };

export function passage(health: Pick<LaneHealth, 'state' | 'retryAt'> | null, now: Date): Passage {
  if (!health || health.state === 'closed') return { kind: 'free' };
  if (health.state === 'open' && (!health.retryAt || health.retryAt <= now)) return { kind: 'probe' };
  const soon = new Date(now.getTime() + LOOK_AGAIN_MS);
  return { kind: 'shut', until: health.retryAt && health.retryAt > soon ? health.retryAt : soon };
}
