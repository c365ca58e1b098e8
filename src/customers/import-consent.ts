import { DateTime } from 'luxon';
import type { consentStates } from '#src/db/schema/consents.ts';
import type { Text } from '#src/platform/language.ts';
import { foldText } from './fold-text.ts';

/** What a row of a file says of consent; the date is null where the file is silent. */
export type ImportConsent = {
  channel: 'email' | 'whatsapp' | 'sms';
  state: (typeof consentStates)[number];
  source: string | null;
  /** What was agreed to, word for word. */
  wording: string | null;
  givenAt: Date | null;
};
/** When the file is read, and where its dates were written. */
export type ImportTimes = { now: Date; timeZone: string };
type Word = { ok: true; state: ImportConsent['state'] | null } | { ok: false; reason: Text };
type Moment = { ok: true; at: Date } | { ok: false; reason: Text };

const words = {
  given: 'evet e yes y var true dogru 1 onay onayli onayladi kabul izinli izinverdi optin subscribed ✓ ✔',
  withdrawn: 'hayir h no n yok false yanlis 0 ret red reddetti izinsiz izinvermedi optout unsubscribed',
} as const;
const states = new Map(
  (['given', 'withdrawn'] as const).flatMap((state) => words[state].split(' ').map((word) => [word, state] as const)),
);
const NOT_YES_OR_NO: Text = {
  en: 'Write yes or no (evet, hayır); leave it empty if you do not know',
  tr: 'Evet veya hayır yazın (yes, no); bilmiyorsanız boş bırakın',
};
const NO_DATE: Text = {
  en: 'Not a date; write 2026-01-31 or 31.01.2026, with the time behind it if you have it',
  tr: 'Tarih değil; 31.01.2026 veya 2026-01-31 yazın, varsa ardına saati ekleyin',
};
const IN_THE_FUTURE: Text = { en: 'Must not be in the future', tr: 'Gelecekte olamaz' };

/** Yes and no, in Turkish and English. */
export function readConsentWord(cell: string): Word {
  const word = foldText(cell).replaceAll(/[\s.\-_]/g, '');
  const state = word === '' ? null : states.get(word);
  return state === undefined ? { ok: false, reason: NOT_YES_OR_NO } : { ok: true, state };
}

const FORMATS = ['yyyy-MM-dd', 'd.M.yyyy', 'd/M/yyyy'].flatMap((day) => [day, `${day} H:mm`, `${day} H:mm:ss`]);

/** A day (its beginning) or a time, without an offset as the clock of `timeZone` shows it. */
export function readConsentDate(cell: string, { now, timeZone }: ImportTimes): Moment {
  const text = cell.trim().replaceAll(/\s+/g, ' ');
  const iso = /^\d{4}-\d\d-\d\dT/.test(text) ? DateTime.fromISO(text, { zone: timeZone }) : null;
  const read = [iso, ...FORMATS.map((format) => DateTime.fromFormat(text, format, { zone: timeZone }))];
  const at = read.find((time) => time?.isValid)?.toJSDate();
  if (!at || at.getUTCFullYear() < 1970) return { ok: false, reason: NO_DATE };
  return at > now ? { ok: false, reason: IN_THE_FUTURE } : { ok: true, at };
}
