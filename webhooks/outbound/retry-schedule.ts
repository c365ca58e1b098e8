const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** As Standard Webhooks suggests: at once, and then after so long. */
const WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** A wait is up to so much shorter or longer, so that what failed together does not come back together. */
const JITTER = 0.1;

export const MOST_ATTEMPTS = WAITS_MS.length + 1;

/** Milliseconds from the failure of that attempt (the first is 1) to the next one; null: that was the last. */
export function retryWaitMs(attempt: number, random: () => number): number | null {
  const wait = WAITS_MS[attempt - 1];
  return wait === undefined ? null : Math.round(wait * (1 - JITTER + 2 * JITTER * random()));
}

/** An endpoint cannot put us off for longer than that. */
const LONGEST_WISH_MS = HOUR_MS;

/** What a Retry-After asks for, in seconds or as a date; 0 for none. */
export function wishedWaitMs(header: string | null, now: Date): number {
  if (header === null) return 0;
  const text = header.trim();
  const wished = /^\d{1,9}$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - now.getTime();
  return Number.isFinite(wished) ? Math.min(LONGEST_WISH_MS, Math.max(0, wished)) : 0;
}

/** So many failures in a row, and the endpoint is left alone for a moment before the next one. */
const PATIENCE = 3;
const LONGEST_PAUSE_MS = MINUTE_MS;

/** How long an endpoint is left alone that failed so many times in a row: 1 s, 2 s, 4 s … a minute. */
export const pauseAfterMs = (failuresInRow: number): number =>
  failuresInRow < PATIENCE ? 0 : Math.min(LONGEST_PAUSE_MS, SECOND_MS * 2 ** Math.min(10, failuresInRow - PATIENCE));
