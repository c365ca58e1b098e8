import type { smsMessages } from '#src/db/schema/sms.ts';

export type Sms = typeof smsMessages.$inferSelect;

/** More than so many at once is no SMS any more, and more than carriers take. */
export const MOST_SEGMENTS = 6;
export const WAITS_AT_MOST_MS = 24 * 3_600_000;
/** What is not known by then never will be: its credits are given back. */
export const KNOWN_AFTER_MS = 72 * 3_600_000;

const MINUTE_MS = 60_000;
/** What a carrier could not take now is tried again after so long, until it is too late for it. */
const PATIENCE_MS = [0.5, 1, 2, 5, 15, 30, 60].map((minutes) => minutes * MINUTE_MS);
export const patienceOf = (attempt: number): number => PATIENCE_MS[Math.min(attempt, PATIENCE_MS.length) - 1]!;

/** When a carrier that has to be asked is asked next about what it took; null: not any more. */
export function nextLook(sinceSentMs: number): number | null {
  if (sinceSentMs >= KNOWN_AFTER_MS) return null;
  return Math.min(6 * 60 * MINUTE_MS, Math.max(MINUTE_MS / 2, sinceSentMs / 2));
}
