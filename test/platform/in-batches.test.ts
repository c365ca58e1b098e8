import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { inBatches } from '#src/platform/in-batches.ts';

/** Doubles numbers, a batch each time that `finish` is called; odd ones it refuses. */
function doubling(most: number) {
  const batches: number[][] = [];
  const running: (() => void)[] = [];
  const double = inBatches(
    async (items: number[]) => {
      batches.push(items);
      await new Promise<void>((done) => running.push(done));
      if (items.some((item) => item % 2 === 1)) throw new Error('odd');
      return items.map((item) => item * 2);
    },
    { most },
  );
  const finish = async () => {
    for (const done of running.splice(0)) done();
    await turn();
  };
  return { batches, double, finish };
}

it('what comes at once, and what comes while a batch runs, is done together, each with its own answer', async () => {
  const { batches, double, finish } = doubling(10);
  const first = Promise.all([double(2), double(4)]);
  await turn();
  const second = Promise.all([double(6), double(8), double(10)]);
  await turn();
  expect(batches).toEqual([[2, 4]]);
  await finish();
  expect(await first).toEqual([4, 8]);
  expect(batches).toEqual([
    [2, 4],
    [6, 8, 10],
  ]);
  await finish();
  expect(await second).toEqual([12, 16, 20]);
  const third = double(12);
  await turn();
  await finish();
  expect(await third).toBe(24);
});

it('never more at once than may be, in the order in which they came', async () => {
  const { batches, double, finish } = doubling(2);
  const all = Promise.all([2, 4, 6, 8, 10].map(double));
  for (let i = 0; i < 3; i++) {
    await turn();
    await finish();
  }
  expect(await all).toEqual([4, 8, 12, 16, 20]);
  expect(batches).toEqual([[2, 4], [6, 8], [10]]);
});

it('a batch that fails is done again one by one: what cannot be done fails alone', async () => {
  const { batches, double, finish } = doubling(10);
  const all = Promise.allSettled([double(2), double(3), double(4)]);
  await turn();
  await finish();
  await finish();
  expect((await all).map((one) => (one.status === 'fulfilled' ? one.value : 'refused'))).toEqual([4, 'refused', 8]);
  expect(batches).toEqual([[2, 3, 4], [2], [3], [4]]);
});

it('a batch that hangs holds up nobody behind it for long', async () => {
  const { batches, double, finish } = doubling(10);
  const hanging = double(2);
  await turn();
  const next = double(4);
  await turn();
  expect(batches).toEqual([[2]]);
  await vi.waitFor(() => expect(batches).toEqual([[2], [4]]), { timeout: 5000 });
  await finish();
  expect(await Promise.all([hanging, next])).toEqual([4, 8]);
});
