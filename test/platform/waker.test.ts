import { expect, it } from 'vitest';
import { createWaker } from '#src/platform/waker.ts';

it('wakes everybody who sleeps, and nobody who does not yet', async () => {
  const waker = createWaker();
  waker.wake();
  const woken: number[] = [];
  const sleepers = [1, 2].map((id) => waker.sleep(60_000).then(() => woken.push(id)));
  waker.wake();
  await Promise.all(sleepers);
  expect(woken).toEqual([1, 2]);
});

it('sleeps no longer than asked', async () => {
  await createWaker().sleep(1);
});
