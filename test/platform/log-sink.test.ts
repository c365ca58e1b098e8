import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLog } from '#src/platform/log.ts';
import { createLogSink, type LogKeeper } from '#src/platform/log-sink.ts';

/** A keeper that stores what it is given, while it may. */
function openKeeper(options: Parameters<typeof createLogSink>[1] = {}) {
  const kept: string[] = [];
  const batches: number[] = [];
  const told: unknown[] = [];
  const state = { away: null as Error | null, hold: null as Promise<void> | null };
  const sink = createLogSink(30, { everyMs: 1, retryMs: 1, mostRetryMs: 2, ...options });
  const keeper: LogKeeper = {
    async keep(lines) {
      await state.hold;
      if (state.away) throw state.away;
      batches.push(lines.length);
      kept.push(...lines);
    },
    onDropped: (count) => told.push({ dropped: count }),
    onTrouble: (error) => {
      told.push(error);
      sink.take('of the keeping itself', 40);
    },
  };
  return { sink, keeper, kept, batches, told, state };
}

const until = (condition: () => boolean) => expect.poll(condition, { interval: 2, timeout: 10_000 }).toBe(true);

it('keeps what was logged before there was anywhere to keep it, in batches and in order', async () => {
  const { sink, keeper, kept, batches } = openKeeper({ batchLines: 4 });
  const lines = Array.from({ length: 10 }, (_, n) => `line ${n}`);
  for (const line of lines) sink.take(line, 30);
  sink.take('too low', 20);
  sink.start(keeper);
  await until(() => kept.length === 10);
  expect(kept).toEqual(lines);
  expect(Math.max(...batches)).toBeLessThanOrEqual(4);
});

it('leaves out and counts what is too much, the usual lines before warnings', async () => {
  const { sink, keeper, kept, told } = openKeeper({ mostLines: 10 });
  for (let n = 0; n < 20; n++) sink.take(`usual ${n}`, 30);
  for (let n = 0; n < 3; n++) sink.take(`warning ${n}`, 40);
  sink.start(keeper);
  await until(() => told.length > 0);
  expect(kept).toEqual([...Array.from({ length: 9 }, (_, n) => `usual ${n}`), 'warning 0']);
  expect(told).toEqual([{ dropped: 13 }]);
});

it('bounds what waits by its size too', async () => {
  const { sink, keeper, kept, told } = openKeeper({ mostChars: 1000 });
  for (let n = 0; n < 5; n++) sink.take('x'.repeat(400), 30);
  sink.start(keeper);
  await until(() => told.length > 0);
  expect([kept.length, told]).toEqual([2, [{ dropped: 3 }]]);
});

it('waits while there is nowhere to keep anything, says so once, feeds itself nothing, and loses nothing', async () => {
  const { sink, keeper, kept, told, state } = openKeeper();
  state.away = new Error('away');
  sink.start(keeper);
  sink.take('one', 30);
  await until(() => told.length === 1);
  sink.take('two', 30);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told).toEqual([state.away]);
  state.away = null;
  await until(() => kept.length === 2);
  expect(kept).toEqual(['one', 'two']);
});

it('keeps what is left when it is closed, and gives up soon where that hangs', async () => {
  const calm = openKeeper({ everyMs: 60_000 });
  calm.sink.start(calm.keeper);
  calm.sink.take('last words', 30);
  await calm.sink.close();
  expect(calm.kept).toEqual(['last words']);
  const stuck = openKeeper({ closeMs: 10 });
  stuck.state.hold = new Promise(() => {});
  stuck.sink.start(stuck.keeper);
  stuck.sink.take('lost', 30);
  await stuck.sink.close();
  expect(stuck.told).toEqual([{ dropped: 1 }]);
});

it('has stdout stay as it is: each goes by its own level, and lines are scrubbed before either', () => {
  const out: string[] = [];
  const stdout = new Writable({
    write(chunk, _, done) {
      out.push(String(chunk));
      done();
    },
  });
  const taken: [string, number][] = [];
  const sink = {
    ...createLogSink(30),
    level: 30,
    take: (line: string, level: number) => void taken.push([line, level]),
  };
  const log = createLog('warn', stdout, sink);
  log.debug('neither');
  log.info({ apiKey: 'hush', to: '+905321234567' }, 'to +905321234567');
  log.error({ err: new Error('for +905321234567') }, 'both');
  expect(out).toHaveLength(1);
  expect(taken.map(([, level]) => level)).toEqual([30, 50]);
  expect(taken[1]![0]).toBe(out[0]);
  expect(JSON.stringify(taken)).not.toMatch(/hush|5321234567/);
});
