import { DateTime } from 'luxon';
import type { Language } from './language.ts';

/** Who reads a time: in which language, on the clock of which zone. */
export type Reader = { language: Language; timeZone: string };

const locales: Record<Language, string> = { tr: 'tr-TR', en: 'en-US' };

const WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** An ISO 8601 time with an offset, between 1970 and 9999; null for anything else: without an offset nobody knows when it is. */
export function parseInstant(text: string): Date | null {
  if (!WITH_OFFSET.test(text)) return null;
  const read = DateTime.fromISO(text, { zone: 'utc' });
  return read.isValid && isWritable(read.toJSDate()) ? read.toJSDate() : null;
}

/** Of a year that everybody can write. */
export const isWritable = (at: Date): boolean => at.getUTCFullYear() >= 1970 && at.getUTCFullYear() <= 9999;

/** `21:00`, `9:00 PM`; in the hour that a clock put back shows twice, which of the two: `1:30 AM GMT-4`. */
export const sayTime = (at: Date, reader: Reader): string =>
  say(at, reader, { timeStyle: 'short' }) + whichOfTwo(at, reader);

/** `21 Kasım 2026 Cumartesi`, `Saturday, November 21, 2026`. */
export const sayDay = (at: Date, reader: Reader): string => say(at, reader, { dateStyle: 'full' });

/** `21 Kasım 2026`, `November 21, 2026`. */
export const sayDate = (at: Date, reader: Reader): string => say(at, reader, { dateStyle: 'long' });

/** `Kasım 2026`, `November 2026`. */
export const sayMonth = (at: Date, reader: Reader): string => say(at, reader, { month: 'long', year: 'numeric' });

/** `21 Kasım 2026 Cumartesi 21:00`, `Saturday, November 21, 2026 at 9:00 PM`. */
export const sayInstant = (at: Date, reader: Reader): string =>
  say(at, reader, { dateStyle: 'full', timeStyle: 'short' }) + whichOfTwo(at, reader);

/** `21 Kasım 2026 21:00`, `November 21, 2026 at 9:00 PM`: where the day of the week is no question. */
export const sayDatedInstant = (at: Date, reader: Reader): string =>
  say(at, reader, { dateStyle: 'long', timeStyle: 'short' }) + whichOfTwo(at, reader);

/** `21 Kasım 21:00`, `November 21 at 9:00 PM`: where the year is no question. */
export function sayNearInstant(at: Date, reader: Reader): string {
  const day = say(at, reader, { day: 'numeric', month: 'long' });
  return `${day} ${reader.language === 'tr' ? '' : 'at '}${sayTime(at, reader)}`;
}

const IN_DIGITS = { day: '2-digit', month: '2-digit', year: 'numeric' } as const;

/** `21.11.2026 21:00`, `Nov 21, 2026, 9:00 PM`: in tables and lists. */
export function sayShortInstant(at: Date, reader: Reader): string {
  const day = say(at, reader, reader.language === 'tr' ? IN_DIGITS : { dateStyle: 'medium' });
  return `${day}${reader.language === 'tr' ? '' : ','} ${sayTime(at, reader)}`;
}

/** `21 Kasım 2026 Cumartesi 21:00–22:30`, `Saturday, November 21, 2026, 9:00 PM–10:30 PM`; two whole times where they are of two days. */
export function sayRange(from: Date, to: Date, reader: Reader): string {
  const day = sayDay(from, reader);
  if (day !== sayDay(to, reader)) return `${sayInstant(from, reader)} – ${sayInstant(to, reader)}`;
  const times = `${sayTime(from, reader)}–${sayTime(to, reader)}`;
  return reader.language === 'tr' ? `${day} ${times}` : `${day}, ${times}`;
}

/** Whole days, the last one too: `1–15 Ekim 2026`, `October 1–15, 2026`. */
export function sayDays(first: Date, last: Date, { language, timeZone }: Reader): string {
  const words = new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeZone });
  return plain(words.formatRange(first, last)).replaceAll(/ ?– ?/g, '–');
}

/** `Eki`, `Oct`. */
export const sayMonthShort = (at: Date, reader: Reader): string => say(at, reader, { month: 'short' });

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `3 gün önce`, `2 saat sonra`, `in 2 hours`; `şimdi`, `now` within the minute. Of days as calendars count them: `yarın`, `yesterday`. */
export function sayRelative(at: Date, now: Date, { language, timeZone }: Reader): string {
  const words = new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' });
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  if (unit === 'second') return words.format(0, 'second');
  if (unit === 'hour' || unit === 'minute') return words.format(Math.trunc(seconds / size), unit);
  const days = localDay(at, timeZone).diff(localDay(now, timeZone), 'days').days;
  return unit === 'day' ? words.format(days, 'day') : words.format(Math.trunc(days / (size / 86_400)), unit);
}

/** As a day of the calendar: every one of them is as long as the other. */
const localDay = (at: Date, zone: string): DateTime => {
  const { year, month, day } = DateTime.fromJSDate(at, { zone });
  return DateTime.utc(year, month, day);
};

/** With plain spaces: some of Intl's are narrow or do not break, and differ from version to version. */
const say = (at: Date, { language, timeZone }: Reader, options: Intl.DateTimeFormatOptions): string =>
  plain(new Intl.DateTimeFormat(locales[language], { ...options, timeZone }).format(at));

const plain = (said: string): string => said.replaceAll(/\s/gu, ' ');

function whichOfTwo(at: Date, { language, timeZone }: Reader): string {
  const local = DateTime.fromJSDate(at, { zone: timeZone });
  if (local.getPossibleOffsets().length < 2) return '';
  const parts = new Intl.DateTimeFormat(locales[language], { timeZone, timeZoneName: 'shortOffset' }).formatToParts(at);
  return ` ${parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''}`;
}
