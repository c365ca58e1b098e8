import { DateTime } from 'luxon';

/**
 * Credits spent per month, on average: `spent` over the calendar months, in the user's zone, from the statement's first
 * line to now, both counted, rounded to the nearest credit (halves up). Nothing yet: 0.
 */
export function averageMonthly(spent: number, firstAt: Date | null, now: Date, timeZone: string): number {
  if (firstAt === null) return 0;
  const [first, last] = [firstAt, now].map((at) => DateTime.fromJSDate(at, { zone: timeZone }));
  const months = (last!.year - first!.year) * 12 + (last!.month - first!.month) + 1;
  return Math.round(spent / Math.max(months, 1));
}
