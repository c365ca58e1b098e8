import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import type { Text } from '#src/platform/language.ts';

export type NormalPhone =
  | { ok: true /** E.164. */; phone: string /** ISO 3166-1 alpha-2. */; countryCode: string | null; type: WritableType }
  | { ok: false; reason: Text; why: PhoneFault };

export type WritableType = 'MOBILE' | 'FIXED_LINE_OR_MOBILE';

const LONGEST_INPUT = 64;
const MOST_DIGITS = 15;
const INVISIBLE = /[\p{Cf}\p{Cc}]/gu;
const SPREADSHEET = /^[+-]?\d+([.,]\d+)?e[+-]?\d+$/i;
const ALLOWED = /^\+?[\p{Nd}\s().\-/]+$/u;

const reasons = {
  empty: { en: 'No phone number', tr: 'Telefon numarası yok' },
  spreadsheet: {
    en: 'A spreadsheet has shortened this number and digits are lost; format the column as text',
    tr: 'Tablo programı bu numarayı kısaltmış, rakamlar kaybolmuş; sütunu metin olarak biçimlendirin',
  },
  characters: {
    en: 'Only one phone number, without letters or an extension',
    tr: 'Yalnızca tek bir telefon numarası olabilir; harf veya dahili içeremez',
  },
  tooLong: { en: 'Too many digits: give one phone number', tr: 'Fazla rakam var: tek bir telefon numarası yazın' },
  unknown: { en: 'This is not a valid phone number', tr: 'Bu geçerli bir telefon numarası değil' },
  fixed: {
    en: 'This is a fixed line; a mobile number is needed',
    tr: 'Bu bir sabit hat; cep telefonu numarası gerekli',
  },
  corporate: {
    en: 'This is a corporate call number (such as 444 xx xx); a mobile number is needed',
    tr: 'Bu bir kurumsal çağrı numarası (444 xx xx gibi); cep telefonu numarası gerekli',
  },
  voip: {
    en: 'This is an internet telephony number (such as 0850); a mobile number is needed',
    tr: 'Bu bir internet telefonu numarası (0850 gibi); cep telefonu numarası gerekli',
  },
  pager: {
    en: 'This is a pager number; a mobile number is needed',
    tr: 'Bu bir çağrı cihazı numarası; cep telefonu numarası gerekli',
  },
  service: {
    en: 'This is a toll-free or premium service number; a mobile number is needed',
    tr: 'Bu ücretsiz veya özel ücretli bir servis numarası; cep telefonu numarası gerekli',
  },
  other: {
    en: 'This number cannot be written to; a mobile number is needed',
    tr: 'Bu numaraya yazılamaz; cep telefonu numarası gerekli',
  },
} as const satisfies Record<string, Text>;

export type PhoneFault = keyof typeof reasons;

const unwritable: Record<string, keyof typeof reasons> = {
  FIXED_LINE: 'fixed',
  UAN: 'corporate',
  VOIP: 'voip',
  PAGER: 'pager',
  TOLL_FREE: 'service',
  PREMIUM_RATE: 'service',
  SHARED_COST: 'service',
};

/**
 * Any national or international spelling of one mobile number, to E.164. A leading `+` or `00` wins over `region`
 * (ISO 3166-1 alpha-2), which says how national numbers are read.
 */
export function normalizePhone(input: string, region: string): NormalPhone {
  const text = input.length > LONGEST_INPUT ? input : tidy(input);
  if (text === '') return refused('empty');
  if (SPREADSHEET.test(text)) return refused('spreadsheet');
  if (!ALLOWED.test(text)) return refused('characters');
  const digits = text.replaceAll(/\P{Nd}/gu, '').length;
  if (text.length > LONGEST_INPUT || digits > MOST_DIGITS + 2) return refused('tooLong');
  const international = asInternational(text);
  const number = parsePhoneNumberFromString(international, { ...regionOf(region), extract: false });
  return number ? judge(number) : refused('unknown');
}

/** Full-width digits and signs as plain ones; no invisible marks, no spreadsheet apostrophe, hyphens of one kind. */
const tidy = (input: string): string =>
  input
    .normalize('NFKC')
    .replaceAll(INVISIBLE, '')
    .replaceAll(/\p{Pd}/gu, '-')
    .trim()
    .replace(/^'/, '')
    .replace(/^\((\+\d+)\)/, '$1 ');

/** `00` is how much of the world dials `+`; regions that dial otherwise still mean it so in a list of customers. */
const asInternational = (text: string): string => text.replace(/^[(\s]*(0|٠|۰){2}(?=[\p{Nd}\s().\-/])/u, '+');

const regionOf = (region: string): { defaultCountry?: CountryCode } =>
  isSupportedCountry(region) ? { defaultCountry: region } : {};

function judge(number: PhoneNumber): NormalPhone {
  if (!number.isValid() || number.ext) return refused('unknown');
  const type = number.getType();
  if (type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE')
    return { ok: true, phone: number.number, countryCode: number.country ?? null, type };
  return refused(unwritable[type ?? ''] ?? 'other');
}

const refused = (why: keyof typeof reasons): NormalPhone => ({ ok: false, reason: reasons[why], why });
