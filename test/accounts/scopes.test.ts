import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatPermissions, parsePermissions, scopes } from '#src/accounts/scopes.ts';

it('what is written is read again, sorted and once', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...scopes)), (granted) => {
      expect(parsePermissions(formatPermissions(granted))).toEqual([...new Set(granted)].sort());
    }),
  );
});

it.each([
  null,
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '{"customers":5}',
  '{"customers":null}',
  '{"admin":["all"]}',
  '{"__proto__":["read"]}',
])('nothing is granted by %j', (stored) => {
  expect(parsePermissions(stored)).toEqual([]);
});
