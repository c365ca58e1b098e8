import { DateTime } from 'luxon';
import { invalid } from '#src/platform/problem.ts';

/** A stretch of whole local days. The last day and the last instant are the first that it leaves out. */
export type Period = {
  kind: 'month' | 'year' | 'days';
  fromDay: string;
  toDay: string;
  from: Date;
  to: Date;
  timeZone: string;
};

const MOST_DAYS = 366;
const future = { en: 'This month has not begun yet', tr: 'Bu ay henüz başlamadı' };

/** When a local day begins: a midnight that comes twice counts the first time, one that does not come is the first instant after it. */
const beginningOf = (day: string, zone: string): Date =>
  DateTime.min(...DateTime.fromISO(day, { zone }).startOf('day').getPossibleOffsets())!.toJSDate();

/** Days are plain calendar days here, without a zone. */
const calendar = (day: string): DateTime => DateTime.fromISO(day, { zone: 'utc' });
const plain = (at: DateTime): string => at.toISODate()!;

export const periodOf = (kind: Period['kind'], fromDay: string, toDay: string, timeZone: string): Period => ({
  kind,
  fromDay,
  toDay,
  from: beginningOf(fromDay, timeZone),
  to: beginningOf(toDay, timeZone),
  timeZone,
});

/** `2026-10`, on the clocks of that zone. */
export function monthOf(month: string, timeZone: string): Period {
  const first = `${month}-01`;
  return periodOf('month', first, plain(calendar(first).plus({ months: 1 })), timeZone);
}

/** `2026`. */
export const yearOf = (year: string, timeZone: string): Period =>
  periodOf('year', `${year}-01-01`, `${Number(year) + 1}-01-01`.padStart(10, '0'), timeZone);

/** Both days counted. Throws `invalid-request` for days the wrong way round, and for more than a year of them. */
export function daysOf(from: string, to: string, timeZone: string): Period {
  if (to < from)
    throw invalid('to', { en: '`to` must not be earlier than `from`', tr: '`to`, `from` gününden önce olamaz' });
  const after = calendar(to).plus({ days: 1 });
  if (after.diff(calendar(from), 'days').days > MOST_DAYS)
    throw invalid('from', { en: `At most ${MOST_DAYS} days`, tr: `En fazla ${MOST_DAYS} gün` });
  return periodOf('days', from, plain(after), timeZone);
}

/** The period of these days: a month or a year, when it is a whole one. */
export function periodBetween(fromDay: string, toDay: string, timeZone: string): Period {
  const whole = (['month', 'year'] as const).find(
    (unit) =>
      fromDay.endsWith(unit === 'year' ? '-01-01' : '-01') && plain(calendar(fromDay).plus({ [unit]: 1 })) === toDay,
  );
  return periodOf(whole ?? 'days', fromDay, toDay, timeZone);
}

/** `2026-10`, `2026`, `2026-10-01_2026-10-15`. */
export function labelOf(period: Period): string {
  if (period.kind === 'days') return `${period.fromDay}_${lastDayOf(period)}`;
  return period.fromDay.slice(0, period.kind === 'year' ? 4 : 7);
}

/** Throws `invalid-request`, naming the field, for what has not begun. */
export function requireBegun(period: Period, now: Date, field: string): Period {
  if (period.from > now) throw invalid(field, future);
  return period;
}

/** As long, and right before it. */
export function previousOf({ kind, fromDay, toDay, timeZone }: Period): Period {
  const from = calendar(fromDay);
  const before =
    kind === 'days'
      ? from.minus({ days: calendar(toDay).diff(from, 'days').days })
      : from.minus({ [kind === 'year' ? 'years' : 'months']: 1 });
  return periodOf(kind, plain(before), fromDay, timeZone);
}

/** The days of a month or of a stretch, the months of a year: `2026-10-07`, `2026-10`. */
export function bucketsOf({ kind, fromDay, toDay }: Period): string[] {
  const unit = kind === 'year' ? 'months' : 'days';
  const buckets: string[] = [];
  for (let at = calendar(fromDay); plain(at) < toDay; at = at.plus({ [unit]: 1 }))
    buckets.push(plain(at).slice(0, unit === 'months' ? 7 : 10));
  return buckets;
}

/** The last day that counts. */
export const lastDayOf = ({ toDay }: Period): string => plain(calendar(toDay).minus({ days: 1 }));
