import { z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import type { Language } from '#src/platform/language.ts';
import type { Problem } from '#src/platform/problem.ts';
import { check } from '#src/platform/read-request.ts';

function said(schema: z.ZodType, value: unknown, language: Language): string | undefined {
  try {
    check(schema, value, language);
  } catch (error) {
    return (error as Problem).options.errors?.[0]?.message[language];
  }
}

const nothing = undefined;
it.each([
  ['Required', 'Bu alan zorunlu', z.string(), nothing],
  ['Must be a text', 'Metin olmalı', z.string(), 5],
  ['Must be a text', 'Metin olmalı', z.string(), null],
  ['Must be a number', 'Sayı olmalı', z.number(), '5'],
  ['Must be a number', 'Sayı olmalı', z.coerce.number(), 'x'],
  ['Must be a whole number', 'Tam sayı olmalı', z.int(), 1.5],
  ['Must be true or false', 'true ya da false olmalı', z.boolean(), 'yes'],
  ['Must be a list', 'Liste olmalı', z.array(z.string()), {}],
  ['Must be an object', 'Nesne olmalı', z.strictObject({}), []],
  ['Must not be empty', 'Boş olamaz', z.string().min(1), ''],
  ['At least 8 characters', 'En az 8 karakter', z.string().min(8), 'short'],
  ['At most 1 item', 'En çok 1 öğe', z.array(z.string()).max(1), ['a', 'b']],
  ['At least 1', 'En az 1', z.int().min(1), 0],
  ['At most 7', 'En çok 7', z.int().max(7), 8],
  ['More than 3', '3 değerinden büyük olmalı', z.number().gt(3), 3],
  ['Not an id', 'Geçerli bir kimlik değil', z.uuid(), 'x'],
  ['Not an email address', 'Geçerli bir e-posta adresi değil', z.email(), 'x'],
  ['Not a web address', 'Geçerli bir web adresi değil', z.url(), 'x'],
  ['One of: tr, en', 'Şunlardan biri olmalı: tr, en', z.enum(['tr', 'en']), 'de'],
  ['Must be consultant', 'consultant olmalı', z.literal('consultant'), 'owner'],
] as const)('%s: %s', (english, turkish, schema, value) => {
  expect(said(schema, value, 'en')).toBe(english);
  expect(said(schema, value, 'tr')).toBe(turkish);
});

it('leaves the rest to zod', () => {
  const union = z.union([z.string(), z.number()]);
  expect(said(union, true, 'en')).toMatch(/\S/);
  expect(said(union, true, 'tr')).not.toBe(said(union, true, 'en'));
});
