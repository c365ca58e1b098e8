import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, decodeIdCursor, encodeCursor, isInteger, isUuid, toPage } from '#src/platform/cursor.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';

const refused = (work: () => unknown) => {
  try {
    work();
    return false;
  } catch (error) {
    return error instanceof Problem && error.code === 'invalid-request';
  }
};

describe('cursors', () => {
  it('come back as they went out', () =>
    fc.assert(
      fc.property(fc.uuid(), fc.nat(), (id, n) => {
        expect(decodeCursor(encodeCursor([id, n]), [isUuid, isInteger])).toEqual([id, n]);
      }),
    ));

  it('are refused when they are not ours, whatever they are', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => refused(() => decodeIdCursor(text))));
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (json) =>
        refused(() => decodeIdCursor(Buffer.from(json).toString('base64url'))),
      ),
    );
  });

  it.each([[[]], [['x']], [[newId(), newId()]], [[1.5]], [[null]], [{ 0: newId(), length: 1 }]])(
    'are refused with another key: %j',
    (key) => expect(refused(() => decodeIdCursor(Buffer.from(JSON.stringify(key)).toString('base64url')))).toBe(true),
  );
});

describe('toPage', () => {
  const rows = Array.from({ length: 4 }, (_, i) => ({ id: newId(), i }));

  it('goes on after its last row where there are more', () => {
    const { data, nextCursor } = toPage(rows, 3, (row) => [row.id]);
    expect(data).toEqual(rows.slice(0, 3));
    expect(decodeIdCursor(nextCursor!)).toBe(rows[2]!.id);
  });

  it('ends where there are none', () => {
    expect(toPage(rows, 4, (row) => [row.id])).toEqual({ data: rows, nextCursor: null });
    expect(toPage([], 4, () => [])).toEqual({ data: [], nextCursor: null });
  });
});
