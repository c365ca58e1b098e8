import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Gate } from '#src/db/gate.ts';

/** Work that ends when told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, end: resolve };
}

describe('Gate', () => {
  it('lets no more in than its limit', async () => {
    const gate = new Gate(3);
    let [inside, most] = [0, 0];
    const visit = async () => {
      most = Math.max(most, ++inside);
      await tick();
      inside--;
    };
    await Promise.all(Array.from({ length: 50 }, () => gate.pass(visit)));
    expect(most).toBe(3);
  });

  it('lets the ones who wait in by turn, before anyone who comes later', async () => {
    const gate = new Gate(1);
    const [first, order] = [held(), [] as number[]];
    const begun = gate.pass(first.work);
    const waiting = Array.from({ length: 3000 }, (_, i) => gate.pass(async () => void order.push(i)));
    first.end();
    const late = begun.then(() => gate.pass(async () => void order.push(3000)));
    await Promise.all([...waiting, late]);
    expect(order).toEqual(Array.from({ length: 3001 }, (_, i) => i));
  });

  it('gives the place of one that fails, at once or later, to the next', async () => {
    const gate = new Gate(1);
    const failures = [
      gate.pass(() => {
        throw new Error('at once');
      }),
      gate.pass(async () => {
        await tick();
        throw new Error('later');
      }),
    ];
    const next = gate.pass(async () => 'in');
    expect(await Promise.allSettled(failures)).toMatchObject([
      { reason: { message: 'at once' } },
      { reason: { message: 'later' } },
    ]);
    expect(await next).toBe('in');
  });
});
