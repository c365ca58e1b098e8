import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseInstant,
  type Reader,
  sayDate,
  sayDatedInstant,
  sayDay,
  sayDays,
  sayInstant,
  sayMonth,
  sayMonthShort,
  sayNearInstant,
  sayRange,
  sayRelative,
  sayShortInstant,
  sayTime,
} from '#src/platform/time.ts';

const tr = (timeZone = 'Europe/Istanbul'): Reader => ({ language: 'tr', timeZone });
const en = (timeZone = 'Europe/Istanbul'): Reader => ({ language: 'en', timeZone });
const at = (text: string): Date => parseInstant(text)!;
const EVENING = at('2026-11-21T21:00:00+03:00');

describe('parseInstant', () => {
  it.each([
    ['2026-11-21T21:00:00+03:00', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21T21:00+03:00', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21T18:00:00Z', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21T18:00:00.5Z', '2026-11-21T18:00:00.500Z'],
    ['2026-11-21T13:15:00-04:45', '2026-11-21T18:00:00.000Z'],
  ])('%s is %s', (text, utc) => expect(parseInstant(text)?.toISOString()).toBe(utc));

  it.each([
    '2026-11-21T21:00:00',
    '2026-11-21',
    '2026-11-21 21:00:00+03:00',
    '21.11.2026 21:00',
    '2026-02-29T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-11-21T25:00:00Z',
    '1969-12-31T23:59:59Z',
    '+12026-01-01T00:00:00Z',
    '1795300800',
    'yarın',
    '',
  ])('%j is no time that everybody reads alike', (text) => expect(parseInstant(text)).toBeNull());

  it('whatever the offset: the same instant, written in UTC', () => {
    const instants = fc.date({ min: new Date('1970-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), (instant, offset) => {
        const whole = new Date(Math.floor(instant.getTime() / 60_000) * 60_000);
        const local = new Date(whole.getTime() + offset * 60_000).toISOString().slice(0, 16);
        const size = Math.abs(offset);
        const two = (n: number) => String(n).padStart(2, '0');
        const text = `${local}:00${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
        expect(parseInstant(text)).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the same instant, as each reader writes it', () => {
  it('Turkish: 21:00', () => {
    expect(sayTime(EVENING, tr())).toBe('21:00');
    expect(sayDay(EVENING, tr())).toBe('21 Kasım 2026 Cumartesi');
    expect(sayDate(EVENING, tr())).toBe('21 Kasım 2026');
    expect(sayMonth(EVENING, tr())).toBe('Kasım 2026');
    expect(sayInstant(EVENING, tr())).toBe('21 Kasım 2026 Cumartesi 21:00');
    expect(sayNearInstant(EVENING, tr())).toBe('21 Kasım 21:00');
    expect(sayShortInstant(EVENING, tr())).toBe('21.11.2026 21:00');
    expect(sayShortInstant(at('2026-03-02T06:05:00Z'), tr())).toBe('02.03.2026 09:05');
  });
  it('English: 9:00 PM', () => {
    expect(sayTime(EVENING, en())).toBe('9:00 PM');
    expect(sayDay(EVENING, en())).toBe('Saturday, November 21, 2026');
    expect(sayDate(EVENING, en())).toBe('November 21, 2026');
    expect(sayMonth(EVENING, en())).toBe('November 2026');
    expect(sayInstant(EVENING, en())).toBe('Saturday, November 21, 2026 at 9:00 PM');
    expect(sayNearInstant(EVENING, en())).toBe('November 21 at 9:00 PM');
    expect(sayShortInstant(EVENING, en())).toBe('Nov 21, 2026, 9:00 PM');
  });
  it('on another clock it is another time, and may be another day', () => {
    expect(sayInstant(EVENING, en('America/New_York'))).toBe('Saturday, November 21, 2026 at 1:00 PM');
    expect(sayInstant(EVENING, tr('Asia/Tokyo'))).toBe('22 Kasım 2026 Pazar 03:00');
    expect(sayTime(at('2026-11-21T00:30:00Z'), en('Asia/Kathmandu'))).toBe('6:15 AM');
    expect(sayTime(at('2026-11-21T00:00:00+03:00'), tr())).toBe('00:00');
    expect(sayTime(at('2026-11-21T00:00:00+03:00'), en())).toBe('12:00 AM');
  });
  it('where the weekday is no question; whole days; short months', () => {
    expect(sayDatedInstant(EVENING, tr())).toBe('21 Kasım 2026 21:00');
    expect(sayDatedInstant(EVENING, en())).toBe('November 21, 2026 at 9:00 PM');
    const [first, last] = [at('2026-10-01T00:00:00Z'), at('2026-10-15T00:00:00Z')];
    expect(sayDays(first, last, tr('UTC'))).toBe('1–15 Ekim 2026');
    expect(sayDays(first, last, en('UTC'))).toBe('October 1–15, 2026');
    expect([sayMonthShort(first, tr('UTC')), sayMonthShort(first, en('UTC'))]).toEqual(['Eki', 'Oct']);
  });
  it('ranges: of one day its times, of two days both', () => {
    const later = at('2026-11-21T22:30:00+03:00');
    expect(sayRange(EVENING, later, tr())).toBe('21 Kasım 2026 Cumartesi 21:00–22:30');
    expect(sayRange(EVENING, later, en())).toBe('Saturday, November 21, 2026, 9:00 PM–10:30 PM');
    const night = at('2026-11-22T01:00:00+03:00');
    expect(sayRange(EVENING, night, tr())).toBe('21 Kasım 2026 Cumartesi 21:00 – 22 Kasım 2026 Pazar 01:00');
    expect(sayRange(EVENING, night, en('UTC'))).toBe('Saturday, November 21, 2026, 6:00 PM–10:00 PM');
  });
  it.each([
    ['2026-11-21T21:00:30+03:00', 'şimdi', 'now'],
    ['2026-11-21T21:45:00+03:00', '45 dakika sonra', 'in 45 minutes'],
    ['2026-11-21T18:00:00+03:00', '3 saat önce', '3 hours ago'],
    ['2026-11-22T21:30:00+03:00', 'yarın', 'tomorrow'],
    ['2026-11-20T20:00:00+03:00', 'dün', 'yesterday'],
    ['2026-11-24T09:00:00+03:00', '3 gün sonra', 'in 3 days'],
    ['2026-11-07T21:00:00+03:00', '2 hafta önce', '2 weeks ago'],
    ['2027-02-21T21:00:00+03:00', '3 ay sonra', 'in 3 months'],
    ['2024-11-21T20:00:00+03:00', '2 yıl önce', '2 years ago'],
  ])('%s seen from the evening: %s, %s', (then, turkish, english) => {
    expect(sayRelative(at(then), EVENING, tr())).toBe(turkish);
    expect(sayRelative(at(then), EVENING, en())).toBe(english);
  });
});

describe('clocks that are changed', () => {
  it('Istanbul: summer time until 2016, +03:00 all year since', () => {
    expect(sayTime(at('2015-07-01T18:00:00Z'), tr())).toBe('21:00');
    expect(sayTime(at('2015-01-15T18:00:00Z'), tr())).toBe('20:00');
    expect(sayTime(at('2026-01-15T18:00:00Z'), tr())).toBe('21:00');
    // in 2015 the clocks went back two weeks later than everybody's, after an election
    expect(sayTime(at('2015-11-01T18:00:00Z'), tr())).toBe('21:00');
    expect(sayTime(at('2015-11-09T18:00:00Z'), tr())).toBe('20:00');
  });
  it('Berlin: the hour that is left out is not shown, the one that comes twice says which', () => {
    expect(sayTime(at('2026-03-29T00:59:00Z'), tr('Europe/Berlin'))).toBe('01:59');
    expect(sayTime(at('2026-03-29T01:00:00Z'), tr('Europe/Berlin'))).toBe('03:00');
    expect(sayTime(at('2026-10-25T00:30:00Z'), tr('Europe/Berlin'))).toBe('02:30 GMT+2');
    expect(sayTime(at('2026-10-25T01:30:00Z'), tr('Europe/Berlin'))).toBe('02:30 GMT+1');
    expect(sayTime(at('2026-10-25T02:00:00Z'), tr('Europe/Berlin'))).toBe('03:00');
  });
  it('New York: likewise, in ranges and whole times, too', () => {
    expect(sayTime(at('2026-03-08T06:59:00Z'), en('America/New_York'))).toBe('1:59 AM');
    expect(sayTime(at('2026-03-08T07:00:00Z'), en('America/New_York'))).toBe('3:00 AM');
    const [first, second] = [at('2026-11-01T05:30:00Z'), at('2026-11-01T06:30:00Z')];
    expect(sayRange(first, second, en('America/New_York'))).toBe(
      'Sunday, November 1, 2026, 1:30 AM GMT-4–1:30 AM GMT-5',
    );
    expect(sayInstant(second, en('America/New_York'))).toBe('Sunday, November 1, 2026 at 1:30 AM GMT-5');
    expect(sayShortInstant(first, tr('America/New_York'))).toBe('01.11.2026 01:30 GMT-4');
  });
  it('days are counted by the calendar, however many hours they had', () => {
    const now = at('2026-03-28T12:00:00+01:00');
    expect(sayRelative(at('2026-03-29T12:00:00+02:00'), now, en('Europe/Berlin'))).toBe('in 23 hours');
    expect(sayRelative(at('2026-03-30T01:00:00+02:00'), now, en('Europe/Berlin'))).toBe('in 2 days');
  });
  it('two instants that differ are never said alike: within one minute of any zone that changes its clock', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Europe/Istanbul', 'America/St_Johns'];
    const start = at('2026-10-24T12:00:00Z').getTime();
    for (const zone of zones) {
      const said = Array.from({ length: 15 * 24 * 2 }, (_, i) => sayInstant(new Date(start + i * 1_800_000), tr(zone)));
      expect(new Set(said).size, zone).toBe(said.length);
    }
  });
});
