import { ArchiveFault } from './archive-fault.ts';

/** A row is text and figures; the largest are mails. */
const LONGEST_LINE = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

/** The lines of an NDJSON entry. Throws for one that is too long, and for a last one that does not end. */
export async function* readLines(content: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 1;
  for await (const chunk of content) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const piece = chunk.subarray(from, end);
      requireLength(length + piece.length, `${where}:${number}`);
      yield parts.length === 0 ? piece : Buffer.concat([...parts, piece]);
      parts = [];
      length = 0;
      number++;
      from = end + 1;
    }
    if (from < chunk.length) {
      parts.push(chunk.subarray(from));
      length += chunk.length - from;
      requireLength(length, `${where}:${number}`);
    }
  }
  if (length > 0) throw new ArchiveFault('not-json', `${where}:${number}`);
}

function requireLength(length: number, where: string): void {
  if (length > LONGEST_LINE) throw new ArchiveFault('line-too-long', where);
}
