import type { Db } from '#src/db/client.ts';
import type { Writer } from './acknowledged.ts';

export type BurstResult = { acknowledged: number[]; rolledBack: number[]; longestPauseMs: number; failures: unknown[] };

/**
 * Fires `size` writes, then a transaction that rolls back, more writes and a transaction that commits (when `commit`), all
 * without waiting; tells which keys were acknowledged and the longest time in which none was.
 */
export async function fireBurst(db: Db, write: Writer, size: number, commit: boolean): Promise<BurstResult> {
  const result: BurstResult = { acknowledged: [], rolledBack: [], longestPauseMs: 0, failures: [] };
  let last = performance.now();
  const acknowledge = (key: number) => {
    result.acknowledged.push(key);
    result.longestPauseMs = Math.max(result.longestPauseMs, performance.now() - last);
    last = performance.now();
  };
  const fail = (error: unknown) => void result.failures.push(error);
  const one = (key: number) => write(db, key).then(() => acknowledge(key), fail);
  const all = Array.from({ length: size }, (_, i) => one(i));
  // Drizzle takes a few turns until a statement is on its way; a BEGIN must come after them to meet a full pipeline
  for (let turn = 0; turn < 8; turn++) await null;
  result.rolledBack.push(1_000_000);
  const undone = db.transaction(async (tx) => {
    await write(tx, 1_000_000);
    throw new Error('rolled back on purpose');
  });
  all.push(undone.catch((error: Error) => void (error.message === 'rolled back on purpose' || fail(error))));
  for (let i = 0; i < 40; i++) all.push(one(size + i));
  if (commit)
    all.push(db.transaction(async (tx) => void (await write(tx, 2_000_000))).then(() => acknowledge(2_000_000), fail));
  await Promise.all(all);
  return result;
}
