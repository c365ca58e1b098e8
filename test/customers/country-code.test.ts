import { expect, it } from 'vitest';
import { readCountryCode } from '#src/customers/country-code.ts';

it.each([
  ['TR', 'TR'],
  [' tr ', 'TR'],
  ['Türkiye', 'TR'],
  ['TURKEY', 'TR'],
  ['türkiye', 'TR'],
  ['Almanya', 'DE'],
  ['Germany', 'DE'],
  ['ABD', 'US'],
  ['İngiltere', 'GB'],
  ['AQ', 'AQ'],
])('%s is %s', (text, code) => {
  expect(readCountryCode(text)).toBe(code);
});

it.each(['XX', 'ZZ', 'EU', 'Atlantis', '', 'T'])('%s is none', (text) => {
  expect(readCountryCode(text)).toBeNull();
});
