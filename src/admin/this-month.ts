import { DateTime } from 'luxon';

/** The platform's own calendar: figures of a month are the same for everybody. */
export const PLATFORM_ZONE = 'Europe/Istanbul';

/** The first day of the month, `2026-03-01`. */
export const monthOf = (now: Date): string =>
  DateTime.fromJSDate(now, { zone: PLATFORM_ZONE }).startOf('month').toISODate()!;
