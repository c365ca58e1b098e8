import fc from 'fast-check';
import ICAL from 'ical.js';
import { DateTime } from 'luxon';
import rrule from 'rrule';
import { describe, expect, it } from 'vitest';
import {
  beginsAt,
  countBefore,
  endBefore,
  expandRule,
  readRule,
  shiftDays,
  skipFirst,
} from '#src/appointments/recurrence.ts';
import { formatWall, instantOf, parseWall, wallOf } from '#src/appointments/wall-clock.ts';

const YEARS = 2;
const zones = ['Europe/Istanbul', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'];
const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const some = <T>(items: T[], most: number) =>
  fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: most });
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const end = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((count) => `COUNT=${count}`),
  fc
    .integer({ min: 1, max: 900 })
    .map((after) => `UNTIL=${new Date(Date.UTC(2025, 0, after)).toISOString().slice(0, 10).replaceAll('-', '')}`),
  fc.constant(undefined),
);
const parts = (frequency: string, more: fc.Arbitrary<(string | undefined)[]>) =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), optional(some(days, 1)), end, more)
    .map(([interval, week, over, by]) =>
      [`FREQ=${frequency}`, `INTERVAL=${interval}`, week && `WKST=${week[0]}`, over, ...by].filter(Boolean).join(';'),
    );
const list = (name: string, items: (string | number)[], most: number) =>
  optional(some(items, most).map((chosen) => `${name}=${chosen.join(',')}`));
const months = list('BYMONTH', numbers(1, 12), 4);
const plainDays = list('BYDAY', days, 4);
const numbered = list(
  'BYDAY',
  days.flatMap((day) => ['1', '2', '-1', ''].map((n) => n + day)),
  3,
);
const monthDays = list('BYMONTHDAY', [...numbers(1, 31), -1, -2], 4);
const rules = fc.oneof(
  parts('DAILY', fc.tuple(months, plainDays, monthDays)),
  parts('WEEKLY', fc.tuple(months, plainDays)),
  parts(
    'MONTHLY',
    fc.oneof(
      fc.tuple(months, numbered),
      fc.tuple(months, monthDays),
      fc.constant<(string | undefined)[]>(['BYDAY=MO,TU,WE,TH,FR', 'BYSETPOS=-1']),
    ),
  ),
  parts('YEARLY', fc.tuple(months, monthDays)),
);
const beginnings = fc
  .tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 95 }))
  .map(([day, quarter]) => Date.UTC(2025, 0, 1 + day, 0, quarter * 15));

/** The library by itself, on a clock without a zone, from the first time that the rule has. */
function firstOf(text: string, from: number): number | null {
  const { until: _, count: __, ...options } = rrule.RRule.parseString(text);
  let first: number | null = null;
  new rrule.RRule({ ...options, count: 1, dtstart: new Date(from) }).all((date) => {
    first = date.getTime();
    return false;
  });
  return first;
}

describe('expandRule', () => {
  it('has the times that the library and another one have, at the same time of day whatever is done to the clock', () => {
    fc.assert(
      fc.property(rules, beginnings, fc.constantFrom(...zones), (text, from, timeZone) => {
        const possible = text
          .split(';')
          .filter((part) => !/^(COUNT|UNTIL)/.test(part))
          .join(';');
        fc.pre(!/BYMONTHDAY=(30|31|30,31|31,30)(;|$)/.test(possible) || !/BYMONTH=2(;|$)/.test(possible));
        const wall = firstOf(`${possible}`, from);
        fc.pre(wall !== null && wall < from + 2 * 366 * 86_400_000);
        const rule = readRule(text, timeZone);
        expect(beginsAt(rule, wall!)).toBe(true);
        const horizon = new Date(wall! + YEARS * 365 * 86_400_000);
        const { starts } = expandRule(rule, { wall: wall!, timeZone }, { until: horizon, most: 500 });
        expect(starts.map((at) => at.toISOString())).toEqual(byLibrary(text, wall!, timeZone, horizon));
        // the other one stumbles over days of the month
        if (/YEARLY|BYMONTH/.test(text)) return;
        expect(starts.map((at) => at.toISOString())).toEqual(byIcal(text, wall!, timeZone, horizon));
      }),
      { numRuns: 60, seed: 7, endOnFailure: true },
    );
  });

  it('goes on where it was left, and knows when it is over', () => {
    fc.assert(
      fc.property(rules, beginnings, fc.integer({ min: 5, max: 20 }), (text, from, piece) => {
        const timeZone = 'Europe/Berlin';
        const rule = readRule(text, timeZone);
        fc.pre(beginsAt(rule, from));
        const until = new Date(from + YEARS * 365 * 86_400_000);
        const whole = expandRule(rule, { wall: from, timeZone }, { until, most: 30 });
        fc.pre(whole.starts.length > 0);
        const pieces: Date[] = [];
        let ended = false;
        while (!ended && pieces.length < whole.starts.length) {
          const most = Math.min(piece, 30 - pieces.length);
          const next = expandRule(rule, { wall: from, timeZone }, { after: pieces.at(-1), until, most });
          pieces.push(...next.starts);
          ended = next.ended;
        }
        expect(pieces).toEqual(whole.starts);
        expect(ended).toBe(whole.ended);
        const cut = whole.starts[piece % whole.starts.length]!;
        expect(countBefore(rule, { wall: from, timeZone }, cut)).toBe(piece % whole.starts.length);
        const before = expandRule(endBefore(rule, cut), { wall: from, timeZone }, { until, most: 30 });
        expect(before.starts).toEqual(whole.starts.filter((at) => at < cut));
        const rest = expandRule(
          skipFirst(rule, piece % whole.starts.length),
          { wall: wallOf(cut, timeZone), timeZone },
          { until, most: 30 },
        );
        if (!text.includes('INTERVAL') || text.includes('INTERVAL=1;'))
          expect(rest.starts.slice(0, 5)).toEqual(
            expandRule(
              rule,
              { wall: from, timeZone },
              { after: new Date(cut.getTime() - 1), until, most: 30 },
            ).starts.slice(0, 5),
          );
      }),
      { numRuns: 40, seed: 7, endOnFailure: true },
    );
  });
});

function byLibrary(text: string, wall: number, timeZone: string, horizon: Date): string[] {
  const { until: _, ...options } = rrule.RRule.parseString(text);
  const dates = new rrule.RRule({ ...options, dtstart: new Date(wall) }).all(
    (date, i) => i < 520 && date.getTime() < horizon.getTime() + 864e5 * 2,
  );
  return shown(
    dates.map((date) => date.getTime()),
    text,
    timeZone,
    horizon,
  );
}

function byIcal(text: string, wall: number, timeZone: string, horizon: Date): string[] {
  const rule = ICAL.Recur.fromString(text.replace(/;?UNTIL=\w+/, ''));
  const times = rule.iterator(ICAL.Time.fromDateTimeString(new Date(wall).toISOString().slice(0, 19)));
  const walls: number[] = [];
  for (let next = times.next(); next && walls.length < 520; next = times.next()) {
    const at = Date.parse(`${next.toString()}Z`);
    if (at > horizon.getTime() + 864e5 * 2) break;
    walls.push(at);
  }
  return shown(walls, text, timeZone, horizon);
}

/** On the wall clock of the zone as luxon has it; where a clock shows a time twice, the first. */
function shown(walls: number[], text: string, timeZone: string, horizon: Date): string[] {
  const until = /UNTIL=(\d{4})(\d\d)(\d\d)/.exec(text);
  const last = until && DateTime.fromISO(`${until[1]}-${until[2]}-${until[3]}T23:59:59`, { zone: timeZone }).toMillis();
  const instants = walls.map((wall) => {
    const said = DateTime.fromISO(new Date(wall).toISOString().slice(0, 19), { zone: timeZone });
    const all = said.getPossibleOffsets().map((possible) => possible.toMillis());
    return Math.min(...all, said.toMillis());
  });
  return [...new Set(instants)]
    .filter((at) => at <= horizon.getTime() && (!last || at <= last))
    .slice(0, 500)
    .map((at) => new Date(at).toISOString());
}

describe('wall clocks', () => {
  it('a time that is shown twice is the first; one that is never shown is as much later as the clock was put forward', () => {
    const on = (text: string, zone: string) => instantOf(parseWall(text), zone).toISOString();
    expect(on('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(on('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
    expect(on('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
    expect(on('2026-10-04T02:15', 'Australia/Lord_Howe')).toBe('2026-10-03T15:45:00.000Z');
    expect(on('2026-03-29T14:00', 'Europe/Istanbul')).toBe('2026-03-29T11:00:00.000Z');
  });

  it('every instant is shown somewhere, and comes back but for the second of two that look alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), fc.constantFrom(...zones), (quarter, zone) => {
        const instant = new Date(Date.UTC(2000, 0, 1) + quarter * 15 * 60_000);
        const wall = wallOf(instant, zone);
        const back = instantOf(wall, zone);
        expect(back <= instant && wallOf(back, zone) === wall).toBe(true);
        expect(parseWall(formatWall(wall))).toBe(wall);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});

describe('readRule', () => {
  it.each([
    'FREQ=SECONDLY',
    'FREQ=MINUTELY;COUNT=3',
    'FREQ=HOURLY',
    'INTERVAL=2',
    '',
    'FREQ=DAILY;FREQ=WEEKLY',
    'FREQ=DAILY;BYHOUR=1,2,3',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;COUNT=1e9',
    'FREQ=DAILY;INTERVAL=0',
    'FREQ=DAILY;UNTIL=20261341',
    'FREQ=DAILY;UNTIL=20260230',
    'FREQ=DAILY;UNTIL=20260101T250000Z',
    'FREQ=DAILY;COUNT=2;UNTIL=20260101',
    'FREQ=WEEKLY;BYDAY=2MO',
    'FREQ=WEEKLY;BYDAY=XX',
    'FREQ=DAILY;BYMONTHDAY=32',
    'FREQ=DAILY;BYMONTHDAY=0',
    'FREQ=MONTHLY;BYSETPOS=1',
    'FREQ=DAILY;X=1',
    'FREQ=DAILY=',
    'FREQ',
    'DTSTART:20260101\nRRULE:FREQ=DAILY',
    'FREQ=YEARLY;BYYEARDAY=1',
    'FREQ=YEARLY;BYWEEKNO=1',
    'FREQ=DAILY;BYEASTER=1',
  ])('400: refuses %j', (text) => expect(() => readRule(text, 'UTC')).toThrow());

  it('keeps what it means: prefix, case, order and the zone of UNTIL aside', () => {
    expect(readRule('RRULE:byday=tu,th;until=20260630;freq=weekly', 'Europe/Istanbul')).toBe(
      'FREQ=WEEKLY;UNTIL=20260630T205959Z;BYDAY=TU,TH',
    );
    expect(shiftDays('FREQ=WEEKLY;BYDAY=MO,SU', 1)).toBe('FREQ=WEEKLY;BYDAY=TU,MO');
  });

  it('a rule that never comes true is told so in an instant, not after centuries', () => {
    const begun = performance.now();
    for (const text of [
      'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
      'FREQ=DAILY;INTERVAL=7;BYDAY=TU',
      'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6',
    ])
      expect(beginsAt(readRule(text, 'UTC'), parseWall('2026-03-02T14:00'))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});
