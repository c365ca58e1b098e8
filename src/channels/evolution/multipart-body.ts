import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

export type FilePart = { name: string; fileName: string; mimeType: string; content: Blob };

/**
 * A multipart/form-data body with one file, read from the Blob as the socket takes it. Unlike FormData it leaves line
 * breaks in the fields as they are, so a caption arrives as it was written.
 */
export function multipartBody(
  fields: Record<string, string>,
  file: FilePart,
): { stream: Readable; headers: Record<string, string>; handedOver(): boolean } {
  const boundary = `----ulak${randomBytes(18).toString('hex')}`;
  const head = Object.entries(fields)
    .map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('');
  const opening =
    `--${boundary}\r\nContent-Disposition: form-data; name="${file.name}"; filename="${asciiName(file.fileName)}"\r\n` +
    `Content-Type: ${file.mimeType.replaceAll(/[^\x20-\x7e]/g, '')}\r\n\r\n`;
  const before = Buffer.from(head + opening);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  let handedOver = false;
  async function* parts() {
    yield before;
    yield* file.content.stream();
    handedOver = true;
    yield after;
  }
  return {
    handedOver: () => handedOver,
    stream: Readable.from(parts(), { objectMode: false, highWaterMark: 64 * 1024 }),
    headers: {
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      'Content-Length': String(before.length + file.content.size + after.length),
    },
  };
}

/** The real name travels as a field; servers read this one as Latin-1. */
const asciiName = (name: string): string => name.replaceAll(/[^\w.-]/g, '_').slice(-100) || 'file';
