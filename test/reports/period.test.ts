import { describe, expect, it } from 'vitest';
import {
  bucketsOf,
  daysOf,
  lastDayOf,
  monthOf,
  periodBetween,
  previousOf,
  requireBegun,
  yearOf,
} from '#src/reports/period.ts';

const span = ({ from, to }: { from: Date; to: Date }) => [from.toISOString(), to.toISOString()];

describe('a month', () => {
  it('begins and ends at local midnight, also where the clocks change in it', () => {
    expect(span(monthOf('2026-10', 'Europe/Istanbul'))).toEqual([
      '2026-09-30T21:00:00.000Z',
      '2026-10-31T21:00:00.000Z',
    ]);
    expect(span(monthOf('2026-03', 'Europe/Berlin'))).toEqual(['2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z']);
    expect(span(monthOf('2026-10', 'Europe/Berlin'))).toEqual(['2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z']);
  });

  it('begins with the first instant there is where midnight is left out', () => {
    // Asunción, 1 October 2017: 00:00 became 01:00
    expect(monthOf('2017-10', 'America/Asuncion').from.toISOString()).toBe('2017-10-01T04:00:00.000Z');
  });

  it('follows the one before without a gap, over years and leap days', () => {
    for (const month of ['2026-01', '2024-03', '2026-11', '2000-03']) {
      const period = monthOf(month, 'America/New_York');
      expect(previousOf(period).to).toEqual(period.from);
      expect(bucketsOf(period)).toHaveLength(Number(lastDayOf(period).slice(8)));
    }
    expect(previousOf(monthOf('2026-01', 'UTC')).fromDay).toBe('2025-12-01');
  });
});

it('a year has twelve months, and 2024 is compared with 2023', () => {
  const year = yearOf('2024', 'Europe/Istanbul');
  expect(bucketsOf(year)).toEqual(Array.from({ length: 12 }, (_, i) => `2024-${String(i + 1).padStart(2, '0')}`));
  expect(previousOf(year)).toMatchObject({ fromDay: '2023-01-01', toDay: '2024-01-01', kind: 'year' });
});

it('days are compared with as many days before; whole months and years are known again', () => {
  const days = daysOf('2026-10-05', '2026-10-14', 'UTC');
  expect(previousOf(days)).toMatchObject({ fromDay: '2026-09-25', toDay: '2026-10-05' });
  expect(periodBetween('2026-02-01', '2026-03-01', 'UTC').kind).toBe('month');
  expect(periodBetween('2026-01-01', '2027-01-01', 'UTC').kind).toBe('year');
  expect(periodBetween('2026-02-02', '2026-03-02', 'UTC').kind).toBe('days');
});

it('400: days the wrong way round, more than a year of them, what has not begun', () => {
  expect(() => daysOf('2026-10-05', '2026-10-04', 'UTC')).toThrow();
  expect(() => daysOf('2025-10-05', '2026-10-07', 'UTC')).toThrow();
  const now = new Date('2026-09-30T21:30:00Z');
  expect(() => requireBegun(monthOf('2026-10', 'UTC'), now, 'month')).toThrow();
  expect(requireBegun(monthOf('2026-10', 'Europe/Istanbul'), now, 'month').kind).toBe('month');
});
