/** The one part of `size` bytes that is asked for; `end` is inclusive. */
export type ByteRange = { start: number; end: number };

/**
 * Reads a Range header. Null: send all of it (none, several, or not understood); `unsatisfiable`: begins past the end.
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function readByteRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | null {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!parts || (parts[1] === '' && parts[2] === '')) return null;
  const [, first = '', last = ''] = parts;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end };
}
