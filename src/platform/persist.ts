import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';

const TRIES = 60;
/** PostgreSQL's classes of errors that come again however often one asks: data, constraints, syntax and missing names. */
const LASTING = /^(22|23|42)/;

type Wait = (milliseconds: number) => Promise<unknown>;

/**
 * Does `work` again until it succeeds, for about a minute: for writes that must not be lost because the database was away
 * for a moment. `work` has to be repeatable, as a commit whose answer was lost may have happened. What PostgreSQL refuses
 * for its content is thrown at once.
 */
export async function persist<T>(log: Log, what: string, work: () => Promise<T>, wait: Wait = sleep): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= TRIES || isLasting(error)) throw error;
      log.warn({ err: error, what, attempt }, 'write failed, trying again');
      await wait(Math.min(1000, 50 * 2 ** attempt));
    }
  }
}

function isLasting(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (LASTING.test(String((at as { code?: unknown }).code)) && 'severity' in at) return true;
  return false;
}
