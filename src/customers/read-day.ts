import { DateTime } from 'luxon';
import type { Text } from '#src/platform/language.ts';
import { foldText } from './fold-text.ts';

export type DateOrder = 'day-first' | 'month-first';
type Day = { ok: true; day: string } | { ok: false; reason: Text };

export const NO_DAY: Text = {
  en: 'Not a date; write 1985-12-31 or 31.12.1985',
  tr: 'Tarih değil; 31.12.1985 veya 1985-12-31 yazın',
};

const MONTHS = [
  'ocak oca january jan',
  'subat sub february feb',
  'mart mar march',
  'nisan nis april apr',
  'mayis may',
  'haziran haz june jun',
  'temmuz tem july jul',
  'agustos agu august aug',
  'eylul eyl september sep sept',
  'ekim eki october oct',
  'kasim kas november nov',
  'aralik ara december dec',
];
const monthOf = new Map(MONTHS.flatMap((names, i) => names.split(' ').map((name) => [name, i + 1] as const)));
/** What spreadsheets and databases write behind a day. */
const CLOCK = /[t\s]+\d{1,2}:\d\d(:\d\d(\.\d+)?)?\s*(am|pm|z)?$/;

/** A day in one of the spellings that people and programs use, as `1985-12-31`. `thisYear`: to which century 85 belongs. */
export function readDay(cell: string, order: DateOrder, thisYear: number): Day {
  const text = foldText(cell).replace(CLOCK, '');
  const parts = readNumbers(text, order) ?? readWords(text);
  const [year, month, day] = parts?.map(Number) ?? [];
  if (year === undefined) return { ok: false, reason: NO_DAY };
  const full = year < 100 ? year + (year > thisYear % 100 ? 1900 : 2000) : year;
  const date = DateTime.fromObject({ year: full, month: month!, day: day! }, { zone: 'utc' });
  return date.isValid ? { ok: true, day: date.toISODate() } : { ok: false, reason: NO_DAY };
}

/** Year, month and day. */
type Parts = [string | number, string | number, string | number];

function readNumbers(text: string, order: DateOrder): Parts | null {
  const iso = /^(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})$/.exec(text) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (iso) return [iso[1]!, iso[2]!, iso[3]!];
  const [, first, second, year] = /^(\d{1,2})\s?[-./ ]\s?(\d{1,2})\s?[-./ ]\s?(\d{4}|\d\d)$/.exec(text) ?? [];
  if (!first || !second || !year) return null;
  const isMonthFirst = Number(second) > 12 || (order === 'month-first' && Number(first) <= 12);
  return isMonthFirst ? [year, first, second] : [year, second, first];
}

function readWords(text: string): Parts | null {
  const words = text.split(/[\s.,/-]+/).filter(Boolean);
  if (words.length !== 3) return null;
  const month = words.map((word) => monthOf.get(word)).find((found) => found !== undefined);
  const numbers = words.filter((word) => /^\d{1,4}$/.test(word));
  if (month === undefined || numbers.length !== 2) return null;
  const [day, year] = numbers[0]!.length === 4 ? [numbers[1]!, numbers[0]!] : [numbers[0]!, numbers[1]!];
  return [year, month, day];
}

const EARLIEST = '1900-01-01';
const NO_BIRTHDAY: Text = {
  en: 'A birthday lies between 1900 and today',
  tr: 'Doğum tarihi 1900 ile bugün arasında olmalı',
};

/** A day of the past on which somebody living may have been born. */
export function readBirthdayCell(cell: string, order: DateOrder, today: string): Day {
  const read = readDay(cell, order, Number(today.slice(0, 4)));
  if (!read.ok) return read;
  return read.day < EARLIEST || read.day > today ? { ok: false, reason: NO_BIRTHDAY } : read;
}
