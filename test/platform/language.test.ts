import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chooseLanguage } from '#src/platform/language.ts';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['tr', 'tr'],
  ['tr-TR,tr;q=0.9,en;q=0.8', 'tr'],
  ['TR', 'tr'],
  ['en-GB,tr;q=0.5', 'en'],
  ['de,tr;q=0.5,en;q=0.4', 'tr'],
  ['en;q=0.2, tr;q=0.7', 'tr'],
  ['tr;q=0', 'en'],
  ['tr;q=0,en', 'en'],
  ['de,fr', 'en'],
  ['*', 'en'],
  ['tr ; q=1.0', 'tr'],
  [';;;,,,', 'en'],
])('%j: %s', (header, language) => expect(chooseLanguage(header)).toBe(language));

it('finds one in whatever is sent', () =>
  fc.assert(fc.property(fc.string(), (header) => ['tr', 'en'].includes(chooseLanguage(header)))));
