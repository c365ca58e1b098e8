import type { customFields } from '#src/db/schema/customer-records.ts';
import type { CustomFieldValue } from '#src/db/schema/customers.ts';
import type { Text } from '#src/platform/language.ts';
import { cleanText } from './customer.ts';

export type CustomField = typeof customFields.$inferSelect;
/** `fields`: of an organization; `text`: letters of a value. */
export const fieldLimits = { fields: 50, key: 50, label: 100, options: 100, option: 100, text: 2000 } as const;

type Read = { ok: true; value: CustomFieldValue } | { ok: false; reason: Text };

const wrong = (en: string, tr: string): Read => ({ ok: false, reason: { en, tr } });
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A calendar day that exists. */
export const isDay = (text: string): boolean =>
  DATE.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

/** A value as the field keeps it; null is no value. */
export function readFieldValue({ type, options }: Pick<CustomField, 'type' | 'options'>, given: unknown): Read {
  if (given === null) return { ok: true, value: null };
  switch (type) {
    case 'text':
      return readText(given);
    case 'number':
      return typeof given === 'number' && Number.isFinite(given)
        ? { ok: true, value: given }
        : wrong('A number', 'Bir sayı olmalı');
    case 'boolean':
      return typeof given === 'boolean'
        ? { ok: true, value: given }
        : wrong('true or false', 'true ya da false olmalı');
    case 'date':
      return typeof given === 'string' && isDay(given)
        ? { ok: true, value: given }
        : wrong('A date such as 2026-01-15', 'Bir tarih olmalı, örneğin 2026-01-15');
    case 'select':
      return typeof given === 'string' && options.includes(given) ? { ok: true, value: given } : oneOf(options);
    case 'multi-select':
      return Array.isArray(given) && given.every((one) => options.includes(one))
        ? { ok: true, value: options.filter((option) => given.includes(option)) }
        : oneOf(options);
  }
}

function readText(given: unknown): Read {
  if (typeof given !== 'string') return wrong('A text', 'Bir metin olmalı');
  const text = cleanText(given);
  if (text.length > fieldLimits.text)
    return wrong(`At most ${fieldLimits.text} characters`, `En çok ${fieldLimits.text} karakter`);
  return { ok: true, value: text || null };
}

const SHOWN = 10;

function oneOf(options: string[]): Read {
  const list = `${options.slice(0, SHOWN).join(', ')}${options.length > SHOWN ? '…' : ''}`;
  return wrong(`One of: ${list}`, `Şunlardan biri: ${list}`);
}
