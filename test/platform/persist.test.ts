import { beforeEach, expect, it } from 'vitest';
import { createLog } from '#src/platform/log.ts';
import { persist } from '#src/platform/persist.ts';

const waits: number[] = [];
const wait = async (ms: number) => void waits.push(ms);
beforeEach(() => {
  waits.length = 0;
});

const log = createLog('silent');
const failing = (times: number, error: unknown = new Error('away')) => {
  let tries = 0;
  return async () => {
    if (tries++ < times) throw error;
    return tries;
  };
};
const refused = (code: string) =>
  new Error('Failed query', { cause: Object.assign(new Error('no'), { code, severity: 'ERROR' }) });

it('does it once where once is enough', async () => {
  expect(await persist(log, 'a write', failing(0), wait)).toBe(1);
  expect(waits).toEqual([]);
});

it('does it again, ever less eagerly, until it succeeds', async () => {
  expect(await persist(log, 'a write', failing(7), wait)).toBe(8);
  expect(waits).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
});

it('gives up after about a minute, with the last error', async () => {
  await expect(persist(log, 'a write', failing(1000), wait)).rejects.toThrow('away');
  expect(waits).toHaveLength(59);
  expect(waits.reduce((sum, ms) => sum + ms)).toBeGreaterThan(50_000);
});

it.each(['23514', '22003', '42P01'])(
  'does not ask twice for what PostgreSQL refuses for its content (%s)',
  async (code) => {
    await expect(persist(log, 'a write', failing(1, refused(code)), wait)).rejects.toThrow('Failed query');
    expect(waits).toEqual([]);
  },
);

it.each(['40P01', '57P01', '55P03', '53300'])('does ask again after %s', async (code) => {
  expect(await persist(log, 'a write', failing(1, refused(code)), wait)).toBe(2);
});
