import { setImmediate as tick } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turnstile } from '#src/platform/turnstile.ts';

it('lets no more in than its limit, in their order, and gives the place of one that fails to the next', async () => {
  const turnstile = new Turnstile(3);
  const order: number[] = [];
  let [inside, most] = [0, 0];
  const visits = Array.from({ length: 50 }, (_, i) =>
    turnstile.pass(async () => {
      order.push(i);
      most = Math.max(most, ++inside);
      await tick();
      inside--;
      if (i % 7 === 0) throw new Error('failed');
    }),
  );
  const settled = await Promise.allSettled(visits);
  expect(most).toBe(3);
  expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(8);
});

it('503: whoever waits too long is turned away before he is let in, and nobody loses a place by it', async () => {
  const turnstile = new Turnstile(1, 30);
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = turnstile.pass(() => promise);
  let entered = false;
  const late = turnstile.pass(async () => {
    entered = true;
  });
  await expect(late).rejects.toMatchObject({ code: 'unavailable' });
  resolve();
  await first;
  expect(entered).toBe(false);
  expect(await turnstile.pass(async () => 'in')).toBe('in');
});
