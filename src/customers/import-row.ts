import type { Text } from '#src/platform/language.ts';
import { readCountryCode } from './country-code.ts';
import { cleanLine, cleanTags, cleanText, limits, UNKNOWN_COUNTRY } from './customer.ts';
import type { ImportColumns, ImportField } from './import-columns.ts';
import { type ImportConsent, type ImportTimes, readConsentDate, readConsentWord } from './import-consent.ts';
import { normalizeEmail } from './normalize-email.ts';
import { normalizePhone } from './normalize-phone.ts';

/** A row of the file that can become a customer; null is what the file leaves open. */
export type ImportRow = {
  firstName: string;
  lastName: string | null;
  phone: string | null;
  email: string | null;
  countryCode: string | null;
  /** Taken only where the customer has no country. */
  phoneCountryCode: string | null;
  source: string | null;
  tags: string[];
  note: string | null;
  /** Only where the file says something of it. */
  consents?: ImportConsent[];
};
export type RowError = { field: string; message: Text };
export type ReadRow = { ok: true; row: ImportRow } | { ok: false; errors: RowError[] };

const NO_NAME: Text = { en: 'The first name is missing', tr: 'Ad eksik' };
const UNREADABLE: Text = { en: 'Contains characters that cannot be read', tr: 'Okunamayan karakterler içeriyor' };
const TOO_MANY_TAGS: Text = { en: `At most ${limits.tags} tags`, tr: `En çok ${limits.tags} etiket` };
const tooLong = (max: number): Text => ({ en: `At most ${max} characters`, tr: `En çok ${max} karakter` });

/** Reads one record of the file, or says everything that is wrong with it. */
export function readImportRow(cells: string[], { places }: ImportColumns, region: string, times: ImportTimes): ReadRow {
  const errors: RowError[] = [];
  const refuse = (field: ImportField, message: Text) => void errors.push({ field, message });
  const values = (field: ImportField) =>
    (places[field] ?? []).map((place) => cells[place] ?? '').filter((cell) => cell.trim() !== '');
  const text = (field: ImportField, max: number, clean = cleanLine): string | null => {
    const value = clean(values(field)[0] ?? '');
    if (/[\0\ufffd]/.test(value) || !value.isWellFormed()) refuse(field, UNREADABLE);
    else if (value.length > max) refuse(field, tooLong(max));
    return value || null;
  };
  const [firstName, lastName] = splitName(
    text('firstName', limits.name),
    text('lastName', limits.name),
    text('fullName', 2 * limits.name),
  );
  if (!firstName) refuse('firstName', NO_NAME);
  const row: ImportRow = {
    firstName: firstName ?? '',
    lastName,
    ...readPhone(values('phone'), region, refuse),
    email: readEmail(values('email')[0], refuse),
    countryCode: readCountry(values('countryCode')[0], refuse),
    source: text('source', limits.source),
    tags: readTags(text('tags', (limits.tag + 1) * limits.tags), refuse),
    note: text('note', limits.note, cleanText),
  };
  const consents = readConsents(
    values,
    [text('consentSource', limits.source), text('consentText', limits.note, cleanText)],
    times,
    refuse,
  );
  if (consents.length > 0) row.consents = consents;
  return errors.length > 0 ? { ok: false, errors } : { ok: true, row };
}

type Refuse = (field: ImportField, message: Text) => void;

/** Of a name in one cell, the last word is the surname. */
function splitName(
  firstName: string | null,
  lastName: string | null,
  fullName: string | null,
): [string | null, string | null] {
  if (firstName || !fullName) return [firstName, lastName];
  const words = fullName.split(' ');
  return lastName || words.length === 1 ? [fullName, lastName] : [words.slice(0, -1).join(' '), words.at(-1)!];
}

/** The first of the row's numbers that can be written to. */
function readPhone(cells: string[], region: string, refuse: Refuse): Pick<ImportRow, 'phone' | 'phoneCountryCode'> {
  const read = cells.map((cell) => normalizePhone(cell, region));
  const usable = read.find((phone) => phone.ok);
  if (usable) return { phone: usable.phone, phoneCountryCode: usable.countryCode };
  const [first] = read;
  if (first && !first.ok) refuse('phone', first.reason);
  return { phone: null, phoneCountryCode: null };
}

function readEmail(cell: string | undefined, refuse: Refuse): string | null {
  if (cell === undefined) return null;
  const read = normalizeEmail(cell);
  if (!read.ok) refuse('email', read.reason);
  return read.ok ? read.email : null;
}

function readCountry(cell: string | undefined, refuse: Refuse): string | null {
  if (cell === undefined) return null;
  const code = readCountryCode(cell);
  if (!code) refuse('countryCode', UNKNOWN_COUNTRY);
  return code;
}

function readTags(cell: string | null, refuse: Refuse): string[] {
  const tags = cleanTags((cell ?? '').split(/[|,;]/));
  if (tags.length > limits.tags) refuse('tags', TOO_MANY_TAGS);
  else if (tags.some((tag) => tag.length > limits.tag)) refuse('tags', tooLong(limits.tag));
  return tags;
}

/** A column of its own says more of a channel than one about marketing as such. */
function readConsents(
  values: (field: ImportField) => string[],
  [source, wording]: [source: string | null, wording: string | null],
  times: ImportTimes,
  refuse: Refuse,
): ImportConsent[] {
  const state = (field: ImportField) => {
    const read = readConsentWord(values(field)[0] ?? '');
    if (!read.ok) refuse(field, read.reason);
    return read.ok ? read.state : null;
  };
  const marketing = state('marketingConsent');
  const decided = [
    { channel: 'email', state: state('emailConsent') ?? marketing },
    { channel: 'whatsapp', state: state('whatsappConsent') ?? marketing },
  ] as const;
  const cell = values('consentDate')[0];
  const read = cell === undefined ? null : readConsentDate(cell, times);
  if (read?.ok === false) refuse('consentDate', read.reason);
  const givenAt = read?.ok ? read.at : null;
  return decided.flatMap(({ channel, state }) => (state === null ? [] : { channel, state, source, wording, givenAt }));
}
