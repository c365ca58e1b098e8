import { expect, it } from 'vitest';
import { normalizeEmail } from '#src/customers/normalize-email.ts';

it('trims and lowers A to Z', () => {
  expect(normalizeEmail(' AYSE.Isik@Example.COM ')).toEqual({ ok: true, email: 'ayse.isik@example.com' });
});

it.each([
  'İpek@example.com',
  'ışık@example.com',
  'ayse',
  'ayse@',
  'a b@example.com',
  'a@b@c.com',
  '',
  `${'a'.repeat(250)}@example.com`,
])('refuses %s', (text) => {
  expect(normalizeEmail(text).ok).toBe(false);
});
