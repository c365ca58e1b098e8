import { ArchiveFault } from './archive-fault.ts';

const BLOCK = 512;
const OCTAL_LIMIT = 8 ** 11;
const CHUNK = 64 * 1024;

export type TarEntry = { name: string; size: number; content: AsyncIterable<Uint8Array> };

/** A ustar archive of regular files (POSIX.1-1988, with sizes of 8 GiB and more as GNU writes them). */
export async function* writeTar(entries: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for await (const { name, size, content } of entries) {
    yield headerOf(name, size);
    let written = 0;
    for await (const chunk of content) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== size) throw new Error(`${name} has ${written} bytes instead of ${size}`);
    if (size % BLOCK > 0) yield Buffer.alloc(BLOCK - (size % BLOCK));
  }
  yield Buffer.alloc(2 * BLOCK);
}

function headerOf(name: string, size: number): Buffer {
  const split = name.length > 100 ? name.lastIndexOf('/', 155) : -1;
  if (name.length - split - 1 > 100) throw new Error(`too long a name: ${name}`);
  const header = Buffer.alloc(BLOCK);
  header.write(name.slice(split + 1), 0);
  if (split > 0) header.write(name.slice(0, split), 345);
  header.write('0000600\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  if (size < OCTAL_LIMIT) header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/**
 * The files of a ustar archive, one after the other; what of one is not read is passed over. Anything but a regular file with a plain name
 * throws: links, directories, devices, extended headers.
 */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const source = createSource(bytes);
  for (;;) {
    const header = await source.exactly(BLOCK);
    if (header.every((byte) => byte === 0)) {
      await source.drain();
      return;
    }
    const { name, size } = readHeader(header);
    let left = size;
    const content = (async function* () {
      while (left > 0) {
        const chunk = await source.upTo(Math.min(left, CHUNK));
        left -= chunk.length;
        yield chunk;
      }
    })();
    yield { name, size, content };
    while (left > 0) left -= (await source.upTo(Math.min(left, CHUNK))).length;
    if (size % BLOCK > 0) await source.exactly(BLOCK - (size % BLOCK));
  }
}

function readHeader(header: Buffer): { name: string; size: number } {
  const prefix = textAt(header, 345, 155);
  const name = `${prefix}${prefix === '' ? '' : '/'}${textAt(header, 0, 100)}`;
  const sum = Number.parseInt(textAt(header, 148, 8).trim(), 8);
  const own = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== own) throw new ArchiveFault('not-an-archive', 'tar');
  const type = header[156]!;
  // a regular file is '0' or, in old archives, nothing
  if ((type !== 0x30 && type !== 0) || textAt(header, 157, 100) !== '')
    throw new ArchiveFault('unexpected-entry', sayName(name));
  const size = header[124]! & 0x80 ? Number(header.readBigUInt64BE(128)) : readOctal(textAt(header, 124, 12));
  if (!Number.isSafeInteger(size)) throw new ArchiveFault('not-an-archive', sayName(name));
  return { name, size };
}

const textAt = (header: Buffer, at: number, length: number): string =>
  header.toString('latin1', at, at + length).split('\0', 1)[0]!;

const readOctal = (text: string): number => (/^ *[0-7]+ *$/.test(text) ? Number.parseInt(text.trim(), 8) : Number.NaN);

/** A name as it may be shown: what an archive calls its entries is not ours. */
const sayName = (name: string): string => name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);

type Source = {
  exactly(count: number): Promise<Buffer>;
  /** At least one byte. */
  upTo(count: number): Promise<Buffer>;
  /** Reads on to the end, so that the whole file is looked at. */
  drain(): Promise<void>;
};

/** Bytes as they are asked for. Throws where there are none any more. */
function createSource(bytes: AsyncIterable<Uint8Array>): Source {
  const iterator = bytes[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const upTo = async (count: number): Promise<Buffer> => {
    while (rest.length === 0) {
      const next = await iterator.next();
      if (next.done) throw new ArchiveFault('truncated', 'tar');
      rest = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    const taken = rest.subarray(0, count);
    rest = rest.subarray(taken.length);
    return taken;
  };
  return {
    upTo,
    async exactly(count) {
      const parts: Buffer[] = [];
      for (let left = count; left > 0; left -= parts.at(-1)!.length) parts.push(await upTo(left));
      return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    },
    async drain() {
      for (let next = await iterator.next(); !next.done; next = await iterator.next());
    },
  };
}
