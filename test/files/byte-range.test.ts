import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readByteRange } from '#src/files/byte-range.ts';

test('whatever is asked for, the answer lies inside the file', () => {
  const number = fc.oneof(fc.nat(50).map(String), fc.constant(''), fc.stringMatching(/^\d{1,20}$/));
  const header = fc.oneof(
    fc.tuple(number, number).map(([a, b]) => `bytes=${a}-${b}`),
    fc.string(),
  );
  fc.assert(
    fc.property(header, fc.integer({ min: 1, max: 40 }), (text, size) => {
      const range = readByteRange(text, size);
      if (range === null || range === 'unsatisfiable') return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeGreaterThanOrEqual(range.start);
      expect(range.end).toBeLessThan(size);
    }),
  );
});
