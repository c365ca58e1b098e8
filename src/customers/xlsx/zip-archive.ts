import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { ImportFailure } from '#src/customers/import-failure.ts';

/** Bytes that can be read from anywhere; `end` is inclusive. */
export type ByteSource = { sizeBytes: number; read(start: number, end: number): Promise<Readable> };
export type ZipEntry = { name: string; method: number; compressedBytes: number; offset: number };

const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const MOST_DIRECTORY_BYTES = 2 * 1024 * 1024;
const LOCAL_HEADER_BYTES = 30;
const IN_ZIP64 = 0xffff_ffff;
const [STORED, DEFLATED] = [0, 8];

/** What a ZIP file says it holds, by name (APPNOTE.TXT 4.3). Nothing is unpacked. Throws ImportFailure. */
export async function readZipDirectory(source: ByteSource): Promise<Map<string, ZipEntry>> {
  const tail = await readBytes(source, Math.max(0, source.sizeBytes - END_BYTES - LONGEST_COMMENT), source.sizeBytes);
  const at = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (at < 0 || at + END_BYTES > tail.length) throw new ImportFailure('broken-workbook');
  const [size, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (size > MOST_DIRECTORY_BYTES || start + size > source.sizeBytes) throw new ImportFailure('broken-workbook');
  return readDirectory(await readBytes(source, start, start + size));
}

function readDirectory(bytes: Buffer): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  while (at + 46 <= bytes.length && bytes.readUInt32LE(at) === 0x0201_4b50) {
    const lengths = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place)) as [number, number, number];
    const end = at + 46 + lengths[0] + lengths[1] + lengths[2];
    if (end > bytes.length) break;
    const name = bytes.toString('utf8', at + 46, at + 46 + lengths[0]).replaceAll('\\', '/');
    const extra = bytes.subarray(at + 46 + lengths[0], at + 46 + lengths[0] + lengths[1]);
    const isEncrypted = (bytes.readUInt16LE(at + 8) & 1) === 1;
    if (isEncrypted) throw new ImportFailure('old-workbook');
    const sizes = { whole: bytes.readUInt32LE(at + 24), packed: bytes.readUInt32LE(at + 20) };
    const far = readZip64(extra, [sizes.whole, sizes.packed, bytes.readUInt32LE(at + 42)]);
    entries.set(name, { name, method: bytes.readUInt16LE(at + 10), compressedBytes: far[1], offset: far[2] });
    at = end;
  }
  return entries;
}

/** Sizes that did not fit stand in an extra field, in this order. */
function readZip64(extra: Buffer, [whole, packed, offset]: [number, number, number]): [number, number, number] {
  const found: [number, number, number] = [whole, packed, offset];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let place = at + 4;
    for (const i of [0, 1, 2] as const) {
      if (found[i] !== IN_ZIP64 || place + 8 > extra.length) continue;
      found[i] = Number(extra.readBigUInt64LE(place));
      place += 8;
    }
  }
  return found;
}

/** The content of an entry, unpacked piece by piece and never more than `limitBytes` of it, whatever it claims. Throws ImportFailure. */
export async function* readZipEntry(source: ByteSource, entry: ZipEntry, limitBytes: number): AsyncGenerator<Buffer> {
  const header = await readBytes(source, entry.offset, entry.offset + LOCAL_HEADER_BYTES);
  const isWhole = header.length === LOCAL_HEADER_BYTES && header.readUInt32LE(0) === 0x0403_4b50;
  if (!isWhole || (entry.method !== STORED && entry.method !== DEFLATED)) throw new ImportFailure('broken-workbook');
  const start = entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const end = start + entry.compressedBytes;
  if (end > source.sizeBytes) throw new ImportFailure('broken-workbook');
  if (entry.compressedBytes === 0) return;
  const unpacked = entry.method === DEFLATED ? createInflateRaw() : new PassThrough();
  pipeline(await source.read(start, end - 1), unpacked, () => {});
  let bytes = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw new ImportFailure('workbook-too-large');
      yield chunk;
    }
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('Z_')) throw new ImportFailure('broken-workbook', error);
    throw error;
  }
}

/** From `start` up to, not including, `end`. */
async function readBytes(source: ByteSource, start: number, end: number): Promise<Buffer> {
  const last = Math.min(end, source.sizeBytes) - 1;
  if (last < start) return Buffer.alloc(0);
  return Buffer.concat(await Array.fromAsync(await source.read(start, last)));
}
