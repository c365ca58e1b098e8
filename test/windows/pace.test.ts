import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawDelay, estimateEnd } from '#src/windows/pace.ts';
import { isOpenAt, nextOpening, type SendingWindow } from '#src/windows/sending-window.ts';

const daily: SendingWindow = {
  startMinute: 540,
  endMinute: 1320,
  days: [1, 2, 3, 4, 5, 6, 7],
  timeZone: 'Europe/Istanbul',
};
const noon = new Date('2026-03-02T09:00:00Z');
const work = { from: noon, messages: 10, delayMin: 8, delayMax: 10, window: daily };

describe('drawDelay', () => {
  it('stays within the bounds, both reachable, in whole milliseconds', () => {
    const range = fc
      .uniqueArray(fc.integer({ min: 0, max: 3600 }), { minLength: 1, maxLength: 2 })
      .map((two) => two.toSorted((a, b) => a - b));
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(range, random, (two, drawn) => {
        const [min, max] = [two[0]!, two.at(-1)!];
        const delay = drawDelay(min, max, () => drawn);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(min * 1000);
        expect(delay).toBeLessThanOrEqual(max * 1000);
      }),
    );
    expect(drawDelay(8, 20, () => 0)).toBe(8000);
    expect(drawDelay(8, 20, () => 0.999999999)).toBe(20_000);
  });
});

describe('estimateEnd', () => {
  it('counts a delay between messages and a second for each', () => {
    expect(estimateEnd(work)).toEqual(new Date(noon.getTime() + 9 * 10_000 + 1000));
  });

  it('is `from` for nothing to send', () => {
    expect(estimateEnd({ ...work, messages: 0 })).toEqual(noon);
  });

  it('waits for the window to open', () => {
    const early = new Date('2026-03-02T01:00:00Z');
    expect(estimateEnd({ ...work, from: early, messages: 1 })).toEqual(new Date('2026-03-02T06:00:01Z'));
  });

  it('goes on the next morning when the window closes', () => {
    const evening = new Date('2026-03-02T18:59:50Z');
    expect(estimateEnd({ ...work, from: evening, messages: 2 })).toEqual(new Date('2026-03-03T06:00:01Z'));
  });

  it('spreads over days under a daily cap', () => {
    expect(estimateEnd({ ...work, messages: 25, dailyCap: 10 })).toEqual(new Date('2026-03-04T06:00:41Z'));
  });

  it('runs through the night where the window never closes', () => {
    const always = { ...daily, startMinute: 0, endMinute: 1440 };
    const day = 86_400 / 10;
    expect(estimateEnd({ ...work, window: always, messages: 3 * day + 1 })).toEqual(new Date('2026-03-05T09:00:01Z'));
  });

  it('is null for a window that never opens and for more than a year', () => {
    expect(estimateEnd({ ...work, window: { ...daily, days: [] } })).toBeNull();
    expect(estimateEnd({ ...work, messages: 1_000_000, delayMin: 3600, delayMax: 3600 })).toBeNull();
    expect(estimateEnd({ ...work, messages: 100_000, dailyCap: 1 })).toBeNull();
  });

  it('agrees with sending them one by one', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Africa/Casablanca');
    const scene = fc.record({
      zone,
      from: fc.integer({ min: 1_767_225_600, max: 1_798_761_600 }).map((seconds) => new Date(seconds * 1000)),
      messages: fc.integer({ min: 1, max: 400 }),
      delay: fc.integer({ min: 0, max: 900 }),
      start: fc.integer({ min: 0, max: 1380 }),
      length: fc.integer({ min: 30, max: 60 }),
    });
    fc.assert(
      fc.property(scene, ({ zone, from, messages, delay, start, length }) => {
        const window = { ...daily, timeZone: zone, startMinute: start, endMinute: start + length };
        const end = estimateEnd({ from, messages, delayMin: delay, delayMax: delay, window })!;
        expect(end).toEqual(new Date(sendOneByOne(window, from, messages, (delay + 1) * 1000) + 1000));
        expect(isOpenAt(window, new Date(end.getTime() - 1000))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

/** When the last of them starts. */
function sendOneByOne(window: SendingWindow, from: Date, messages: number, interval: number): number {
  let at = from.getTime();
  for (let sent = 0; ; ) {
    at = nextOpening(window, new Date(at))!.getTime();
    if (++sent === messages) return at;
    at += interval;
  }
}
