import type { z } from '@hono/zod-openapi';
import type { Text } from './language.ts';

type Issue = z.core.$ZodRawIssue;
type Limit = { origin: string; inclusive?: boolean | undefined };

/** What is wrong with a field, in words that name no programming type; null where zod's own have to do. */
export function sayIssue(issue: Issue): Text | null {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? { en: 'Required', tr: 'Bu alan zorunlu' } : sayType(issue.expected);
    case 'too_small':
      return sayLeast(issue, Number(issue.minimum));
    case 'too_big':
      return sayMost(issue, Number(issue.maximum));
    case 'invalid_format':
      return formats[issue.format] ?? null;
    case 'invalid_value':
      return sayValues(issue.values.map(String));
    default:
      return null;
  }
}

const types: Record<string, Text> = {
  string: { en: 'a text', tr: 'Metin' },
  number: { en: 'a number', tr: 'Sayı' },
  int: { en: 'a whole number', tr: 'Tam sayı' },
  boolean: { en: 'true or false', tr: 'true ya da false' },
  array: { en: 'a list', tr: 'Liste' },
  object: { en: 'an object', tr: 'Nesne' },
  record: { en: 'an object', tr: 'Nesne' },
};

const formats: Record<string, Text> = {
  uuid: { en: 'Not an id', tr: 'Geçerli bir kimlik değil' },
  email: { en: 'Not an email address', tr: 'Geçerli bir e-posta adresi değil' },
  url: { en: 'Not a web address', tr: 'Geçerli bir web adresi değil' },
};

function sayType(expected: string): Text | null {
  const type = types[expected];
  return type ? { en: `Must be ${type.en}`, tr: `${type.tr} olmalı` } : null;
}

function sayLeast({ origin, inclusive }: Limit, least: number): Text {
  if (least === 1 && (origin === 'string' || origin === 'array')) return { en: 'Must not be empty', tr: 'Boş olamaz' };
  const of = unitOf(origin, least);
  return inclusive === false
    ? { en: `More than ${least}${of.en}`, tr: `${least}${of.tr} değerinden büyük olmalı` }
    : { en: `At least ${least}${of.en}`, tr: `En az ${least}${of.tr}` };
}

function sayMost({ origin, inclusive }: Limit, most: number): Text {
  const of = unitOf(origin, most);
  return inclusive === false
    ? { en: `Less than ${most}${of.en}`, tr: `${most}${of.tr} değerinden küçük olmalı` }
    : { en: `At most ${most}${of.en}`, tr: `En çok ${most}${of.tr}` };
}

function unitOf(origin: string, count: number): Text {
  const many = count === 1 ? '' : 's';
  if (origin === 'string') return { en: ` character${many}`, tr: ' karakter' };
  if (origin === 'array') return { en: ` item${many}`, tr: ' öğe' };
  return { en: '', tr: '' };
}

function sayValues(values: string[]): Text {
  const list = values.join(', ');
  return values.length === 1
    ? { en: `Must be ${list}`, tr: `${list} olmalı` }
    : { en: `One of: ${list}`, tr: `Şunlardan biri olmalı: ${list}` };
}
