import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatPosition, parsePosition } from '#src/live/position.ts';

it('what is written is read again', () => {
  const part = fc.integer({ min: 0, max: 999_999_999_999_999 });
  fc.assert(
    fc.property(fc.record({ xid: part, id: part }), (position) => {
      expect(parsePosition(formatPosition(position))).toEqual(position);
    }),
  );
});

it.each([undefined, null, '', '1', '1-', '-1', '1-2-3', ' 1-2', '1.5-2', '9999999999999999-1', 'a-b'])(
  '%j is no position',
  (text) => {
    expect(parsePosition(text)).toBeNull();
  },
);
