import type { IncomingMessage } from 'node:http';

/** Of an answer no more is read than this, and of that the first part is kept. */
const READ_BYTES = 64 * 1024;
const KEPT_BYTES = 1024;

/** The beginning of an answer, without NUL and broken characters, however long it is and however slowly it comes. */
export async function readBeginning(response: IncomingMessage, withinMs: number): Promise<string> {
  const kept: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, withinMs));
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    response.on('data', (chunk: Buffer) => {
      if (size < KEPT_BYTES) kept.push(chunk.subarray(0, KEPT_BYTES - size));
      size += chunk.length;
      if (size > READ_BYTES) done();
    });
    response.once('end', done);
    response.once('close', done);
    response.once('error', done);
  });
  return textOf(Buffer.concat(kept));
}

/** A character that was cut in two is left out. PostgreSQL keeps no NUL. */
const textOf = (bytes: Buffer): string =>
  new TextDecoder().decode(bytes, { stream: true }).replaceAll('\0', '').toWellFormed();
