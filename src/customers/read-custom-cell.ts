import type { CustomFieldValue } from '#src/db/schema/customers.ts';
import type { Text } from '#src/platform/language.ts';
import { fieldLimits, type CustomField as Kept } from './custom-field.ts';
import { cleanLine, cleanTags, cleanText } from './customer.ts';
import { foldText } from './fold-text.ts';
import { readConsentWord } from './import-consent.ts';
import { type DateOrder, readDay } from './read-day.ts';

export type CustomField = Pick<Kept, 'key' | 'label' | 'type' | 'options'>;
type Value = { ok: true; value: CustomFieldValue } | { ok: false; reason: Text };
export type CustomRules = { dateOrder: DateOrder; thisYear: number };

const TOO_LONG: Text = { en: `At most ${fieldLimits.text} characters`, tr: `En çok ${fieldLimits.text} karakter` };
const NO_NUMBER: Text = { en: 'Not a number, such as 1234.5', tr: 'Sayı değil; 1234,5 gibi yazın' };
const NO_BOOLEAN: Text = { en: 'Write yes or no', tr: 'Evet veya hayır yazın' };

/** A cell as the organization's field wants it. */
export function readCustomCell(cell: string, field: CustomField, { dateOrder, thisYear }: CustomRules): Value {
  const text = cleanLine(cell);
  switch (field.type) {
    case 'number': {
      const value = readNumber(text);
      return value === null ? { ok: false, reason: NO_NUMBER } : { ok: true, value };
    }
    case 'date': {
      const read = readDay(text, dateOrder, thisYear);
      return read.ok ? { ok: true, value: read.day } : read;
    }
    case 'boolean': {
      const word = readConsentWord(text);
      return word.ok ? { ok: true, value: word.state === 'given' } : { ok: false, reason: NO_BOOLEAN };
    }
    case 'select':
      return choose(text, field);
    case 'multi-select': {
      const choices = cleanTags(text.split(/[|,;]/)).map((part) => choose(part, field));
      const wrong = choices.find((choice) => !choice.ok);
      const chosen = new Set(choices.map((choice) => (choice.ok ? choice.value : null)));
      return wrong ?? { ok: true, value: field.options.filter((option) => chosen.has(option)) };
    }
    default:
      return cell.length > fieldLimits.text ? { ok: false, reason: TOO_LONG } : { ok: true, value: cleanText(cell) };
  }
}

function choose(text: string, { options }: CustomField): Value {
  const value = options.find((option) => foldText(option) === foldText(text));
  if (value !== undefined) return { ok: true, value };
  const list = options.slice(0, 20).join(', ');
  return { ok: false, reason: { en: `Not one of: ${list}`, tr: `Şunlardan biri değil: ${list}` } };
}

/** `1.234,56`, `1,234.56`, `1234,5`, `%12`, `12 TL`: the last mark divides; one mark before three digits groups thousands. */
export function readNumber(cell: string): number | null {
  const text = cell.replaceAll(/[\s'’]|₺|\$|€|%|tl$|try$/gi, '');
  if (!/^[+-]?\d[\d.,]*$/.test(text) || text.length > 20) return null;
  const marks = text.replaceAll(/[^.,]/g, '');
  const last = marks.at(-1);
  const isGrouping =
    last !== undefined &&
    ((marks.length > 1 && new Set(marks).size === 1) || /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(text));
  const plain = isGrouping
    ? text.replaceAll(/[.,]/g, '')
    : text.replaceAll(last === ',' ? '.' : ',', '').replace(',', '.');
  const number = Number(plain);
  return Number.isFinite(number) ? number : null;
}
