import { postgresCode } from './postgres-code.ts';

const ATTEMPTS = 5;
/** A deadlock, or an order of transactions that cannot be: done again, it works. */
const COLLISIONS = new Set(['40P01', '40001']);

/** Runs a transaction again that lost against another one. */
export async function retryCollisions<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !COLLISIONS.has(postgresCode(error) ?? '')) throw error;
    }
  }
}
