import { DateTime } from 'luxon';

/** The beginning of the local day of `at`, or of the one `days` later. */
export const localMidnight = (at: Date, timeZone: string, days = 0): Date =>
  DateTime.fromJSDate(at, { zone: timeZone }).startOf('day').plus({ days }).startOf('day').toJSDate();
