import { Problem } from '#src/platform/problem.ts';
import { daysOf, monthOf, type Period, requireBegun, yearOf } from './period.ts';

export type AskedPeriod = {
  month?: string | undefined;
  year?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

const one = {
  en: 'Tell one of `month`, `year`, or `from` with `to`',
  tr: '`month`, `year` ya da `from` ile `to` alanlarından birini verin',
};

/** The period that was asked for, on the organization's clock. Throws `invalid-request`, also for what has not begun. */
export function readPeriod({ month, year, from, to }: AskedPeriod, timeZone: string, now: Date): Period {
  const given = [month, year, from ?? to].filter((value) => value !== undefined);
  const path = month !== undefined ? 'month' : year !== undefined ? 'year' : from === undefined ? 'from' : 'to';
  if (given.length !== 1 || (from === undefined) !== (to === undefined))
    throw new Problem('invalid-request', { errors: [{ path, message: one }] });
  if (month !== undefined) return requireBegun(monthOf(month, timeZone), now, 'month');
  if (year !== undefined) return requireBegun(yearOf(year, timeZone), now, 'year');
  return requireBegun(daysOf(from!, to!, timeZone), now, 'from');
}
