import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { closesAt, intersectWindows, isOpenAt, nextOpening, type SendingWindow } from '#src/windows/sending-window.ts';

const MINUTE = 60_000;
/** Zones with the odd cases, and around each the moments when its clock was or will be moved. */
const zones: Record<string, string[]> = {
  'Europe/Istanbul': ['2016-03-27T01:00:00Z', '2015-11-08T01:00:00Z'],
  'America/New_York': ['2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z'],
  'Europe/Berlin': ['2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  'Asia/Kathmandu': ['1985-12-31T18:30:00Z', '2026-05-01T00:00:00Z'],
  'America/Havana': ['2026-03-08T05:00:00Z', '2026-11-01T05:00:00Z'],
  'Australia/Lord_Howe': ['2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z'],
  'Africa/Casablanca': ['2026-02-15T02:00:00Z', '2026-03-22T02:00:00Z'],
  'Pacific/Apia': ['2011-12-30T10:00:00Z', '2026-05-01T00:00:00Z'],
};

const windowIn = (timeZone: string, longestDays = 7): fc.Arbitrary<SendingWindow> =>
  fc
    .record({
      minutes: fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 2, maxLength: 2 }),
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 8 - longestDays, maxLength: 7 }),
    })
    .map(({ minutes, days }) => ({
      startMinute: Math.min(...minutes),
      endMinute: Math.max(...minutes),
      days,
      timeZone,
    }));

/** Half of the instants lie within two days of a change of the clock. */
const instantNear = (changes: string[]): fc.Arbitrary<Date> =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -2 * 86_400, max: 2 * 86_400 }))
      .map(([change, seconds]) => new Date(Date.parse(change) + seconds * 1000)),
    fc
      .integer({ min: Date.parse('2010-01-01T00:00:00Z') / 1000, max: Date.parse('2035-01-01T00:00:00Z') / 1000 })
      .map((seconds) => new Date(seconds * 1000)),
  );

const scene = (longestDays?: number) =>
  fc
    .constantFrom(...Object.entries(zones))
    .chain(([zone, changes]) => fc.record({ window: windowIn(zone, longestDays), at: instantNear(changes) }));

/** What the wall clock says, told by luxon alone. */
function showsOpen(window: SendingWindow, at: Date): boolean {
  const local = DateTime.fromJSDate(at, { zone: window.timeZone });
  const minute = local.hour * 60 + local.minute;
  return window.days.includes(local.weekday) && minute >= window.startMinute && minute < window.endMinute;
}

const at = (text: string) => new Date(text);
const workingHours = (timeZone: string, days = [1, 2, 3, 4, 5, 6, 7]): SendingWindow => ({
  startMinute: 540,
  endMinute: 1320,
  days,
  timeZone,
});

describe('isOpenAt', () => {
  it.each([
    ['2026-03-02T05:59:59.999Z', false, '08:59:59.999 is closed'],
    ['2026-03-02T06:00:00Z', true, '09:00:00 is open'],
    ['2026-03-02T18:59:59.999Z', true, '21:59:59.999 is open'],
    ['2026-03-02T19:00:00Z', false, '22:00:00 is closed'],
  ])('%s in Istanbul: %s (%s)', (instant, open) => {
    expect(isOpenAt(workingHours('Europe/Istanbul'), at(instant))).toBe(open);
  });

  it('24:00: open to the last millisecond of the day', () => {
    const window = { ...workingHours('Europe/Istanbul', [1]), endMinute: 1440 };
    expect(isOpenAt(window, at('2026-03-02T20:59:59.999Z'))).toBe(true);
    expect(isOpenAt(window, at('2026-03-02T21:00:00Z'))).toBe(false);
  });

  it('F53: refuses a zone that does not exist', () => {
    expect(() => isOpenAt(workingHours('Mars/Olympus'), at('2026-03-02T09:00:00Z'))).toThrow(RangeError);
  });

  it('F51: agrees with the wall clock, changes of the clock included', () => {
    fc.assert(
      fc.property(scene(), ({ window, at }) => {
        expect(isOpenAt(window, at)).toBe(showsOpen(window, at));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('nextOpening', () => {
  it('is `from` itself while open, to the millisecond', () => {
    const from = at('2026-03-02T09:12:13.456Z');
    expect(nextOpening(workingHours('Europe/Istanbul'), from)).toEqual(from);
  });

  it('is the opening of the next allowed day after closing', () => {
    const weekdays = workingHours('Europe/Istanbul', [1, 2, 3, 4, 5]);
    expect(nextOpening(weekdays, at('2026-03-06T19:00:00Z'))).toEqual(at('2026-03-09T06:00:00Z'));
  });

  it.each([
    ['America/Havana', '2026-03-08T04:30:00Z', 0, '2026-03-08T05:00:00Z', 'midnight does not exist: opens at 01:00'],
    ['Europe/Berlin', '2026-03-29T00:30:00Z', 150, '2026-03-29T01:00:00Z', '02:30 does not exist: opens at 03:00'],
    ['Europe/Berlin', '2026-10-24T22:30:00Z', 150, '2026-10-25T00:30:00Z', '02:30 comes twice: opens the first time'],
    ['Australia/Lord_Howe', '2026-10-03T15:00:00Z', 135, '2026-10-03T15:30:00Z', 'a gap of half an hour'],
    ['Australia/Lord_Howe', '2026-04-04T14:00:00Z', 105, '2026-04-04T14:45:00Z', 'half an hour lived twice'],
    [
      'America/Havana',
      '2026-11-01T04:10:00Z',
      30,
      '2026-11-01T04:30:00Z',
      'midnight comes twice: opens the first time',
    ],
    ['Africa/Casablanca', '2026-02-15T00:30:00Z', 150, '2026-02-15T01:30:00Z', 'back for Ramadan: the first 02:30'],
    ['Africa/Casablanca', '2026-03-22T01:30:00Z', 150, '2026-03-22T02:00:00Z', 'on again after it: opens at 03:00'],
  ])('F51: %s from %s, window from minute %i: %s (%s)', (timeZone, from, startMinute, opening) => {
    const window = { startMinute, endMinute: 600, days: [7], timeZone };
    expect(nextOpening(window, at(from))).toEqual(at(opening));
  });

  it.each([
    ['2026-11-01T04:00:00Z', '2026-11-01T06:00:00Z', 'Havana lives 00:00 to 01:00 twice: open for two hours'],
    ['2026-10-31T04:00:00Z', '2026-10-31T05:00:00Z', 'the night before it is one'],
  ])('F51: open from %s to %s (%s)', (from, closing) => {
    const window = { startMinute: 0, endMinute: 60, days: [6, 7], timeZone: 'America/Havana' };
    expect(closesAt(window, at(from))).toEqual(at(closing));
  });

  it.each([
    ['2028-02-28T19:00:00Z', '2028-02-29T06:00:00Z', 'the leap day has its own opening'],
    ['2028-02-29T19:00:00Z', '2028-03-01T06:00:00Z', 'and a day after it'],
    ['2027-02-28T19:00:00Z', '2027-03-01T06:00:00Z', 'other years have none'],
    ['2027-12-31T19:00:00Z', '2028-01-01T06:00:00Z', 'the year ends'],
    ['2026-12-31T20:59:59.999Z', '2027-01-01T06:00:00Z', 'a millisecond before the new year'],
  ])('F54: after %s: %s (%s)', (from, opening) => {
    expect(nextOpening(workingHours('Europe/Istanbul'), at(from))).toEqual(at(opening));
  });

  it('F54: weekdays go on through the leap day and the year’s end', () => {
    const tuesdays = workingHours('Europe/Istanbul', [2]);
    expect(nextOpening(tuesdays, at('2028-02-22T19:00:00Z'))).toEqual(at('2028-02-29T06:00:00Z'));
    expect(nextOpening(tuesdays, at('2028-02-29T19:00:00Z'))).toEqual(at('2028-03-07T06:00:00Z'));
    expect(nextOpening(tuesdays, at('2024-12-31T19:00:00Z'))).toEqual(at('2025-01-07T06:00:00Z'));
  });

  it('F51: waits a week more for a weekday that the zone skips', () => {
    const fridays = workingHours('Pacific/Apia', [5]);
    const opening = nextOpening(fridays, at('2011-12-25T00:00:00Z'))!;
    expect(DateTime.fromJSDate(opening, { zone: 'Pacific/Apia' }).toFormat('yyyy-MM-dd HH:mm')).toBe(
      '2012-01-06 09:00',
    );
  });

  it.each([
    ['no days', { days: [] }],
    ['zero length', { startMinute: 600, endMinute: 600 }],
    ['across midnight, end before start', { startMinute: 1320, endMinute: 540 }],
  ])('F53: null for a window that never opens: %s', (_name, change) => {
    const window = { ...workingHours('Europe/Istanbul'), ...change };
    expect(nextOpening(window, at('2026-03-02T09:00:00Z'))).toBeNull();
    expect(isOpenAt(window, at('2026-03-02T09:00:00Z'))).toBe(false);
  });

  it('is open, not before `from`, and there is none earlier', () => {
    fc.assert(
      fc.property(scene(3), ({ window, at: from }) => {
        const opening = nextOpening(window, from)!;
        expect(showsOpen(window, opening)).toBe(true);
        expect(opening.getTime()).toBeGreaterThanOrEqual(from.getTime());
        if (opening > from) expect(showsOpen(window, new Date(opening.getTime() - 1))).toBe(false);
        for (let t = from.getTime(); t < opening.getTime(); t += MINUTE)
          if (showsOpen(window, new Date(t))) expect.fail(`${new Date(t).toISOString()} is open and earlier`);
      }),
      { numRuns: 150 },
    );
  });

  it('opens within eight days whatever the days allowed, where no day is skipped', () => {
    fc.assert(
      fc.property(scene(), ({ window, at: from }) => {
        fc.pre(window.timeZone !== 'Pacific/Apia');
        fc.pre(window.endMinute - window.startMinute > 60 || window.startMinute > 240);
        expect(nextOpening(window, from)!.getTime() - from.getTime()).toBeLessThan(8 * 86_400_000);
      }),
      { numRuns: 500 },
    );
  });
});

describe('closesAt', () => {
  it('is the instant itself while closed', () => {
    const instant = at('2026-03-02T02:00:00Z');
    expect(closesAt(workingHours('Europe/Istanbul'), instant)).toEqual(instant);
  });

  it('F53: runs through midnight where one day ends at 24:00 and the next begins at 00:00', () => {
    const window = { startMinute: 0, endMinute: 1440, days: [1, 2], timeZone: 'Europe/Istanbul' };
    expect(closesAt(window, at('2026-03-02T09:00:00Z'))).toEqual(at('2026-03-03T21:00:00Z'));
  });

  it('is null for a window that never closes', () => {
    const window = { startMinute: 0, endMinute: 1440, days: [1, 2, 3, 4, 5, 6, 7], timeZone: 'America/Havana' };
    expect(closesAt(window, at('2026-03-07T09:00:00Z'))).toBeNull();
  });

  it('is closed, and every minute before it is open', () => {
    fc.assert(
      fc.property(scene(), ({ window, at: from }) => {
        const closing = closesAt(window, from);
        const until = closing?.getTime() ?? from.getTime() + 2 * 86_400_000;
        if (closing) expect(showsOpen(window, closing)).toBe(false);
        for (let t = from.getTime(); t < until; t += MINUTE)
          if (!showsOpen(window, new Date(t))) expect.fail(`${new Date(t).toISOString()} is closed and earlier`);
      }),
      { numRuns: 150 },
    );
  });
});

describe('intersectWindows', () => {
  it('is open exactly when both are', () => {
    fc.assert(
      fc.property(scene(), windowIn('Europe/Istanbul'), ({ window, at }, outer) => {
        const both = isOpenAt(window, at) && isOpenAt({ ...outer, timeZone: window.timeZone }, at);
        expect(isOpenAt(intersectWindows(window, outer), at)).toBe(both);
      }),
      { numRuns: 2000 },
    );
  });

  it('never opens where they have no minute or no day in common', () => {
    const mornings = { ...workingHours('Europe/Istanbul'), startMinute: 0, endMinute: 540 };
    expect(
      nextOpening(intersectWindows(mornings, workingHours('Europe/Istanbul')), at('2026-03-02T00:00:00Z')),
    ).toBeNull();
    const sundays = workingHours('Europe/Istanbul', [7]);
    const week = workingHours('Europe/Istanbul', [1, 2, 3, 4, 5]);
    expect(nextOpening(intersectWindows(sundays, week), at('2026-03-02T00:00:00Z'))).toBeNull();
  });
});
