import type { Text } from '#src/platform/language.ts';
import type { LeafOf } from './leaf-schemas.ts';
import type { CustomField } from './resolve-filter.ts';

type Condition = LeafOf<'custom'>;
type Mistake = { at: 'op' | 'value'; message: Text };
type Op = Condition['op'];

const ALWAYS: Op[] = ['present', 'empty'];
const opsOf: Record<CustomField['type'], Op[]> = {
  text: ['contains', 'is', 'any', 'none', ...ALWAYS],
  number: ['is', 'atLeast', 'atMost', 'between', ...ALWAYS],
  date: ['is', 'atLeast', 'atMost', 'between', ...ALWAYS],
  boolean: ['is', ...ALWAYS],
  select: ['is', 'any', 'none', ...ALWAYS],
  'multi-select': ['any', 'all', 'none', ...ALWAYS],
};

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const isDate = (value: unknown): boolean => {
  if (typeof value !== 'string' || !DATE.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
};
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const kinds: Record<CustomField['type'], { fits: (value: unknown) => boolean; text: Text }> = {
  text: { fits: isText, text: { en: 'a text', tr: 'metin' } },
  number: { fits: (value) => typeof value === 'number', text: { en: 'a number', tr: 'sayı' } },
  date: { fits: isDate, text: { en: 'a date such as 2026-01-31', tr: '2026-01-31 gibi bir tarih' } },
  boolean: { fits: (value) => typeof value === 'boolean', text: { en: 'true or false', tr: 'true ya da false' } },
  select: { fits: isText, text: { en: 'a text', tr: 'metin' } },
  'multi-select': { fits: isText, text: { en: 'a text', tr: 'metin' } },
};

/** What is wrong with a condition on a custom field, given its type; null: nothing. */
export function customMistake({ op, value }: Condition, { type, label }: CustomField): Mistake | null {
  const ops = opsOf[type];
  if (!ops.includes(op))
    return {
      at: 'op',
      message: {
        en: `“${label}” is ${type}; its conditions are: ${ops.join(', ')}`,
        tr: `“${label}” alanı ${type} türünde; koşulları: ${ops.join(', ')}`,
      },
    };
  const { fits, text } = kinds[type];
  if (op === 'present' || op === 'empty')
    return value === undefined ? null : at({ en: 'No value here', tr: 'Burada değer olmaz' });
  if (op === 'between')
    return Array.isArray(value) && value.length === 2 && value.every(fits) && value[0]! <= value[1]!
      ? null
      : at({ en: `[from, to], each ${text.en}, in order`, tr: `[ilk, son]: her biri ${text.tr}, sıralı` });
  if (op === 'any' || op === 'all' || op === 'none')
    return Array.isArray(value) && value.every(fits)
      ? null
      : at({ en: `A list, each ${text.en}`, tr: `Liste: her biri ${text.tr}` });
  return !Array.isArray(value) && fits(value) ? null : at({ en: `Must be ${text.en}`, tr: `Değer: ${text.tr}` });
}

const at = (message: Text): Mistake => ({ at: 'value', message });
