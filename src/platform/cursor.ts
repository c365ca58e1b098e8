import { invalid } from './problem.ts';

type Key = (string | number)[];

/** Where a list goes on: the sort key of the last row, opaque to callers. */
export const encodeCursor = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * Reads a cursor of ours back, checking each member with `shape` (one zod-free predicate a member).
 * Throws `invalid-request` for anything else.
 */
export function decodeCursor(cursor: string, shape: ((member: unknown) => boolean)[]): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === shape.length && key.every((member, i) => shape[i]!(member)))
      return key as Key;
  } catch {
    // falls through: not ours
  }
  throw invalid('cursor', { en: 'This cursor is not one of ours', tr: 'Bu imleç geçerli değil' });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);
/** A count that an `integer` column can hold. */
export const isInteger = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;

/** Cursor of lists ordered by id. */
export const decodeIdCursor = (cursor: string): string => decodeCursor(cursor, [isUuid])[0] as string;

export type Page<T> = { data: T[]; nextCursor: string | null };

/** Cuts `limit + 1` rows that were read to a page of `limit`. */
export function toPage<T>(rows: T[], limit: number, keyOf: (row: T) => Key): Page<T> {
  const data = rows.slice(0, limit);
  return { data, nextCursor: rows.length > limit ? encodeCursor(keyOf(data.at(-1)!)) : null };
}
