import { DateTime } from 'luxon';
import type { reportSchedules } from '#src/db/schema/reports.ts';

export type Schedule = typeof reportSchedules.$inferSelect;

/** From then on the first of the month, on the clock of whoever gets it. */
const SENT_AT_HOUR = 8;

const local = (now: Date, timeZone: string): DateTime => {
  const zoned = DateTime.fromJSDate(now, { zone: timeZone });
  return zoned.isValid ? zoned : DateTime.fromJSDate(now, { zone: 'utc' });
};

const monthAt = (at: DateTime): string => at.toISODate()!.slice(0, 7);

/** The month before the present one there, `2026-10`. */
export const monthBefore = (now: Date, timeZone: string): string => monthAt(local(now, timeZone).minus({ months: 1 }));

/** The newest month whose report is due there. */
export function monthDue(now: Date, timeZone: string): string {
  const here = local(now, timeZone);
  const begun = here >= here.startOf('month').set({ hour: SENT_AT_HOUR });
  return monthAt(here.minus({ months: begun ? 1 : 2 }));
}

/** When the report of the month after `lastMonth` is sent, or that of the present one if it was missed. */
export function nextSending({ lastMonth }: Pick<Schedule, 'lastMonth'>, now: Date, timeZone: string): Date {
  const due = DateTime.fromISO(`${lastMonth}-01`, { zone: timeZone }).plus({ months: 2 }).set({ hour: SENT_AT_HOUR });
  return new Date(Math.max(due.toMillis(), now.getTime()));
}
