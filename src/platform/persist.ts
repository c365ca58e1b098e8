import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';

const TRIES = 60;

/**
 * Does `work` again until it succeeds, for about a minute: for writes that must not be lost because the database was away
 * for a moment. `work` has to be repeatable, as a commit whose answer was lost may have happened.
 */
export async function persist<T>(log: Log, what: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= TRIES) throw error;
      log.warn({ err: error, what, attempt }, 'write failed, trying again');
      await sleep(Math.min(1000, 50 * 2 ** attempt));
    }
  }
}
