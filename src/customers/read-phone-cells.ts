import type { Text } from '#src/platform/language.ts';
import { type NormalPhone, normalizePhone, type PhoneFault } from './normalize-phone.ts';

export type ReadPhones = {
  /** E.164, without repetition; the first is to be the primary one. */
  phones: string[];
  /** ISO 3166-1 alpha-2, of the first. */
  countryCode: string | null;
  /** What was left out although there is a number to write to. */
  warning: Text | null;
  /** Why there is no number, though something was written. */
  error: Text | null;
};
export type PhoneRules = { region: string; splitNumbers: boolean };

const LONGEST_CELL = 200;
const BETWEEN = /[/\\,;|&\n\r]+|\s[-–]\s|\s(?:ve|veya|and|or)\s/i;
/** A number as such, though nobody can be written to at it. */
const REAL: PhoneFault[] = ['fixed', 'corporate', 'voip', 'pager', 'service', 'other'];

const SHORTENED: Text = {
  en: 'The spreadsheet has shortened this number (such as 9.05E+11) and its last digits are lost. Format the column as Text, enter the number again from its source, save and import once more',
  tr: 'Tablo programı bu numarayı kısaltmış (9,05E+11 gibi), son rakamları kaybolmuş. Sütunu Metin olarak biçimlendirin, numarayı kaynağından yeniden yazın, kaydedip tekrar içe aktarın',
};
const TWO_NUMBERS: Text = {
  en: 'There are two numbers in this cell; write each into a column of its own (Phone, Phone 2)',
  tr: 'Bu hücrede iki numara var; her birini ayrı sütuna yazın (Telefon, Telefon 2)',
};
const ONE_IS_WRONG: Text = {
  en: 'There are two numbers in this cell and one of them is not valid; correct it, or leave only one of them',
  tr: 'Bu hücrede iki numara var ve biri geçerli değil; düzeltin veya yalnızca birini bırakın',
};
const LEFT_OUT: Text = {
  en: 'Only the mobile number was taken; nobody can be written to at the other one',
  tr: 'Yalnızca cep numarası alındı; diğer numaraya yazılamaz',
};

/** The numbers of a row's cells that can be written to, in their order. One of them is enough; two may stand in one cell. */
export function readPhoneCells(cells: string[], rules: PhoneRules): ReadPhones {
  const read = cells.map((cell) => readCell(cell, rules));
  const good = read.flatMap(({ numbers }) => numbers);
  const faulty = read.find(({ error }) => error !== null);
  const warning = read.find((one) => one.warning !== null)?.warning ?? (faulty ? LEFT_OUT : null);
  if (good.length === 0) return { phones: [], countryCode: null, warning: null, error: faulty?.error ?? null };
  const phones = [...new Set(good.map(({ phone }) => phone))];
  return { phones, countryCode: good[0]!.countryCode, warning, error: null };
}

type Good = Extract<NormalPhone, { ok: true }>;
type Cell = { numbers: Good[]; warning: Text | null; error: Text | null };

function readCell(cell: string, { region, splitNumbers }: PhoneRules): Cell {
  const whole = normalizePhone(cell, region);
  if (whole.ok) return { numbers: [whole], warning: null, error: null };
  const refused = (error: Text): Cell => ({ numbers: [], warning: null, error });
  if (whole.why === 'spreadsheet') return refused(SHORTENED);
  const parts = cell.length > LONGEST_CELL ? [] : divide(cell, region);
  if (parts.length < 2) return refused(whole.reason);
  const numbers = parts.filter((part) => part.ok);
  const others = parts.filter((part) => !part.ok);
  if (!splitNumbers) return refused(TWO_NUMBERS);
  if (numbers.length === 0) return refused(others[0]!.reason);
  if (others.some(({ why }) => !REAL.includes(why))) return refused(ONE_IS_WRONG);
  return { numbers, warning: others.length > 0 ? LEFT_OUT : null, error: null };
}

/** Several numbers in a cell: divided by what stands between them, or by a space where both sides are numbers then. */
function divide(cell: string, region: string): NormalPhone[] {
  const parts = cell.split(BETWEEN).filter((part) => /\d/.test(part));
  if (parts.length > 1) return parts.map((part) => normalizePhone(part, region));
  for (const { index } of cell.matchAll(/\s+/g)) {
    const halves = [cell.slice(0, index), cell.slice(index)].map((half) => normalizePhone(half, region));
    if (halves.every(({ ok }) => ok)) return halves;
  }
  return [];
}
