import { DateTime } from 'luxon';
import type { CustomFieldValue } from '#src/db/schema/customers.ts';
import type { Text } from '#src/platform/language.ts';
import { readCountryCode } from './country-code.ts';
import { cleanLine, cleanTags, cleanText, limits, UNKNOWN_COUNTRY } from './customer.ts';
import { foldText } from './fold-text.ts';
import type { ImportColumns, ImportField } from './import-columns.ts';
import { type ImportConsent, type ImportTimes, readConsentDate, readConsentWord } from './import-consent.ts';
import { normalizeEmail } from './normalize-email.ts';
import { type CustomField, readCustomCell } from './read-custom-cell.ts';
import { type DateOrder, readBirthdayCell } from './read-day.ts';
import { readLanguage } from './read-language.ts';
import { readPhoneCells } from './read-phone-cells.ts';

/** A row of the file that can become a customer; null is what the file leaves open. */
export type ImportRow = {
  firstName: string;
  lastName: string | null;
  phone: string | null;
  otherPhones: string[];
  email: string | null;
  otherEmails: string[];
  countryCode: string | null;
  /** Taken only where the customer has no country. */
  phoneCountryCode: string | null;
  city: string | null;
  language: string | null;
  birthday: string | null;
  source: string | null;
  consultantId: string | null;
  tags: string[];
  customFields: Record<string, CustomFieldValue>;
  note: string | null;
  /** Only where the file says something of it. */
  consents?: ImportConsent[];
};
export type RowError = { field: string; message: Text };
export type ReadRow = { ok: true; row: ImportRow; warnings: RowError[] } | { ok: false; errors: RowError[] };

/** How the cells of a file are understood. */
export type RowRules = {
  columns: ImportColumns;
  region: string;
  times: ImportTimes;
  splitNumbers: boolean;
  dateOrder: DateOrder;
  customFields: CustomField[];
  /** Users by their folded name and by their email; null: several have this name. */
  consultants: Map<string, string | null>;
};

const NO_NAME: Text = { en: 'The first name is missing', tr: 'Ad eksik' };
const UNREADABLE: Text = { en: 'Contains characters that cannot be read', tr: 'Okunamayan karakterler içeriyor' };
const TOO_MANY_TAGS: Text = { en: `At most ${limits.tags} tags`, tr: `En çok ${limits.tags} etiket` };
const tooLong = (max: number): Text => ({ en: `At most ${max} characters`, tr: `En çok ${max} karakter` });
const UNKNOWN_LANGUAGE: Text = {
  en: 'Not a language; write its name or its code (Turkish, tr)',
  tr: 'Bilinmeyen dil; adını veya kodunu yazın (Türkçe, tr)',
};
const UNKNOWN_CONSULTANT: Text = {
  en: 'No user of your organization has this name or email',
  tr: 'Firmanızda bu adda veya e-postada kullanıcı yok',
};
const SEVERAL_CONSULTANTS: Text = {
  en: 'Several users have this name; write the email instead',
  tr: 'Bu adda birden çok kullanıcı var; yerine e-posta yazın',
};
const FORMULA_FAILED: Text = {
  en: 'The formula of this cell failed; put the value itself into it',
  tr: 'Bu hücrenin formülü hata vermiş; yerine değerin kendisini yazın',
};
/** As English and Turkish spreadsheets write them. */
const FAILED = /^#(n\/a|ref!|value!|div\/0!|name\?|num!|null!|yok|başv!|değer!|sayı\/0!|ad\?|sayı!|boş!)$/i;
const MOST_OTHERS = limits.addresses - 1;

type Refuse = (field: ImportField, message: Text) => void;
type Reader = RowRules & { values(field: ImportField): string[]; refuse: Refuse; warn: Refuse };

/** Reads one record of the file, or says everything that is wrong with it. */
export function readImportRow(cells: string[], rules: RowRules): ReadRow {
  const errors: RowError[] = [];
  const warnings: RowError[] = [];
  const reader: Reader = {
    ...rules,
    values: (field) =>
      (rules.columns.places[field] ?? []).map((place) => cells[place] ?? '').filter((cell) => cell.trim() !== ''),
    refuse: (field, message) => void errors.push({ field, message }),
    warn: (field, message) => void warnings.push({ field, message }),
  };
  const text = (field: ImportField, max: number, clean = cleanLine) => readText(reader, field, max, clean);
  const [firstName, lastName] = splitName(
    text('firstName', limits.name),
    text('lastName', limits.name),
    text('fullName', 2 * limits.name),
  );
  if (!firstName) reader.refuse('firstName', NO_NAME);
  const row: ImportRow = {
    firstName: firstName ?? '',
    lastName,
    ...readPhones(reader),
    ...readEmails(reader),
    countryCode: readWord(reader, 'countryCode', readCountryCode, UNKNOWN_COUNTRY),
    city: text('city', limits.name),
    language: readWord(reader, 'language', readLanguage, UNKNOWN_LANGUAGE),
    birthday: readBirth(reader),
    source: text('source', limits.source),
    consultantId: readConsultant(reader),
    tags: readTags(text('tags', (limits.tag + 1) * limits.tags), reader.refuse),
    customFields: readCustomFields(reader),
    note: text('note', limits.note, cleanText),
  };
  const wording = text('consentText', limits.note, cleanText);
  const consents = readConsents(reader, text('consentSource', limits.source), wording);
  if (consents.length > 0) row.consents = consents;
  return errors.length > 0 ? { ok: false, errors } : { ok: true, row, warnings };
}

function readText({ values, refuse }: Reader, field: ImportField, max: number, clean: (text: string) => string) {
  const value = clean(values(field)[0] ?? '');
  if (/[\0\ufffd]/.test(value) || !value.isWellFormed()) refuse(field, UNREADABLE);
  else if (FAILED.test(value)) refuse(field, FORMULA_FAILED);
  else if (value.length > max) refuse(field, tooLong(max));
  return value || null;
}

/** Of a name in one cell, the last word is the surname; `Yılmaz, Ayşe` begins with it. */
function splitName(
  firstName: string | null,
  lastName: string | null,
  fullName: string | null,
): [string | null, string | null] {
  if (firstName || !fullName) return [firstName, lastName];
  const [, family, given] = /^([^,]+), ?([^,]+)$/.exec(fullName) ?? [];
  if (family && given && !lastName) return [given.trim(), family.trim()];
  const words = fullName.split(' ');
  return lastName || words.length === 1 ? [fullName, lastName] : [words.slice(0, -1).join(' '), words.at(-1)!];
}

/** The first of the row's numbers that can be written to; the others besides. */
function readPhones({ values, refuse, warn, ...rules }: Reader) {
  const main = readPhoneCells(values('phone'), rules);
  const others = readPhoneCells(values('otherPhone'), rules);
  if (main.error) refuse('phone', main.error);
  if (main.warning) warn('phone', main.warning);
  if (others.error ?? others.warning) warn('otherPhone', (others.error ?? others.warning)!);
  const [phone = null, ...rest] = [...new Set([...main.phones, ...others.phones])];
  const phoneCountryCode = main.phones.length > 0 ? main.countryCode : others.countryCode;
  return { phone, otherPhones: rest.slice(0, MOST_OTHERS), phoneCountryCode };
}

function readEmails({ values, refuse }: Reader): Pick<ImportRow, 'email' | 'otherEmails'> {
  const found: string[] = [];
  for (const field of ['email', 'otherEmail'] as const)
    for (const cell of values(field).flatMap((value) => value.split(/[;,|\s]+/).filter(Boolean))) {
      const read = normalizeEmail(cell.replace(/^mailto:/i, ''));
      if (read.ok) found.push(read.email);
      else refuse(field, read.reason);
      if (found.length > MOST_OTHERS) break;
    }
  const [email = null, ...otherEmails] = new Set(found);
  return { email, otherEmails };
}

function readWord(
  { values, refuse }: Reader,
  field: ImportField,
  read: (cell: string) => string | null,
  unknown: Text,
): string | null {
  const [cell] = values(field);
  if (cell === undefined) return null;
  const word = read(cell);
  if (!word) refuse(field, unknown);
  return word;
}

function readBirth({ values, refuse, dateOrder, times }: Reader): string | null {
  const [cell] = values('birthday');
  if (cell === undefined) return null;
  const read = readBirthdayCell(cell, dateOrder, dayOf(times));
  if (!read.ok) refuse('birthday', read.reason);
  return read.ok ? read.day : null;
}

/** What day it is where the file was written. */
const dayOf = ({ now, timeZone }: ImportTimes): string =>
  DateTime.fromJSDate(now, { zone: timeZone }).toISODate() ?? '';

function readConsultant({ values, refuse, consultants }: Reader): string | null {
  const [cell] = values('consultant');
  if (cell === undefined) return null;
  const found = consultants.get(foldText(cell));
  if (!found) refuse('consultant', found === null ? SEVERAL_CONSULTANTS : UNKNOWN_CONSULTANT);
  return found ?? null;
}

function readTags(cell: string | null, refuse: Refuse): string[] {
  const tags = cleanTags((cell ?? '').split(/[|,;]/));
  if (tags.length > limits.tags) refuse('tags', TOO_MANY_TAGS);
  else if (tags.some((tag) => tag.length > limits.tag)) refuse('tags', tooLong(limits.tag));
  return tags;
}

function readCustomFields({ values, refuse, customFields, dateOrder, times }: Reader): ImportRow['customFields'] {
  const found: ImportRow['customFields'] = {};
  for (const field of customFields) {
    const [cell] = values(`custom:${field.key}`);
    if (cell === undefined) continue;
    if (/[\0\ufffd]/.test(cell) || !cell.isWellFormed()) {
      refuse(`custom:${field.key}`, UNREADABLE);
      continue;
    }
    const read = readCustomCell(cell, field, { dateOrder, thisYear: times.now.getUTCFullYear() });
    if (read.ok) found[field.key] = read.value;
    else refuse(`custom:${field.key}`, read.reason);
  }
  return found;
}

/** A column of its own says more of a channel than one about marketing as such, which is about email and WhatsApp. */
function readConsents(
  { values, refuse, times }: Reader,
  source: string | null,
  wording: string | null,
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
    { channel: 'sms', state: state('smsConsent') },
  ] as const;
  const cell = values('consentDate')[0];
  const read = cell === undefined ? null : readConsentDate(cell, times);
  if (read?.ok === false) refuse('consentDate', read.reason);
  const givenAt = read?.ok ? read.at : null;
  return decided.flatMap(({ channel, state }) => (state === null ? [] : { channel, state, source, wording, givenAt }));
}
