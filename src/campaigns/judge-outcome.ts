import type { SentMessage } from '#src/channels/evolution/evolution-client.ts';
import type { Outcome, Rejection, Unavailability } from '#src/channels/evolution/outcome.ts';

export type Verdict =
  | { kind: 'sent'; sent: SentMessage }
  /** Certainly not out, and it will not be. */
  | { kind: 'failed'; reason: string }
  | { kind: 'unknown'; reason: string }
  /** Certainly not out: it keeps its place and the lane waits. */
  | { kind: 'again'; afterMs: number; reason: string };

/** How often a message is tried when the obstacle lies with it alone. The others are waited for without end. */
const mostTries: Partial<Record<Unavailability | Rejection, number>> = {
  'no-session': 3,
  'media-upload-failed': 3,
  'upload-interrupted': 3,
  'instance-closed': 5,
};
const aboutTheNumber: readonly Rejection[] = ['unauthorized', 'instance-missing', 'licence-required'];
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * What an answer means for the message after this many tries. A connection that is closed is the number's trouble and costs no
 * message its tries, unless `othersGotThrough` meanwhile: then it lies with this one.
 */
export function judgeOutcome(outcome: Outcome<SentMessage>, attempt: number, othersGotThrough = false): Verdict {
  if (outcome.kind === 'accepted') return { kind: 'sent', sent: outcome.value };
  if (outcome.kind === 'unknown') return { kind: 'unknown', reason: outcome.reason };
  const { reason } = outcome;
  const passing = outcome.kind === 'unavailable' || aboutTheNumber.includes(outcome.reason);
  const isWaitedFor = reason === 'instance-closed' && !othersGotThrough;
  const most = isWaitedFor ? undefined : mostTries[reason];
  if (!passing || attempt >= (most ?? Number.POSITIVE_INFINITY)) return { kind: 'failed', reason };
  return { kind: 'again', reason, afterMs: Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) };
}
