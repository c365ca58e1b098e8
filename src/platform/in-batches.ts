import { setTimeout as sleep } from 'node:timers/promises';

type Waiting<T, R> = { item: T; done: (result: R) => void; failed: (error: unknown) => void };

export type BatchOptions = {
  most: number;
  /** How long the first one waits for others when nothing runs. */
  lingerMs?: number;
};

/** A batch that takes longer holds up nobody behind it. */
const PATIENCE_MS = 100;

/**
 * Does in batches what comes one by one: what comes while a batch runs goes into the next. `run` answers in the same order. A
 * batch that fails is done again one by one, so that what cannot be done fails alone: `run` has to be repeatable.
 */
export function inBatches<T, R>(
  run: (items: T[]) => Promise<readonly R[]>,
  { most, lingerMs = 0 }: BatchOptions,
): (item: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = [];
  let working = false;
  async function work(): Promise<void> {
    working = true;
    await (lingerMs > 0 ? sleep(lingerMs) : undefined);
    while (waiting.length > 0) await withPatience(settle(run, waiting.splice(0, most)));
    working = false;
  }
  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      if (!working) void work();
    });
}

async function settle<T, R>(run: (items: T[]) => Promise<readonly R[]>, batch: Waiting<T, R>[]): Promise<void> {
  try {
    const results = await run(batch.map(({ item }) => item));
    for (const [index, { done }] of batch.entries()) done(results[index]!);
  } catch (error) {
    if (batch.length === 1) batch[0]!.failed(error);
    else await Promise.all(batch.map((one) => settle(run, [one])));
  }
}

async function withPatience(work: Promise<void>): Promise<void> {
  const enough = new AbortController();
  await Promise.race([work, sleep(PATIENCE_MS, undefined, { signal: enough.signal }).catch(() => {})]);
  enough.abort();
}
