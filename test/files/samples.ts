import { crc32 } from 'node:zlib';

/** The smallest files that are what they say; made here so that nobody's pictures lie in the repository. */
const ascii = (text: string) => Buffer.from(text, 'latin1');
const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const pngChunk = (type: string, data: Buffer) =>
  Buffer.concat([u32(data.length), ascii(type), data, u32(crc32(Buffer.concat([ascii(type), data])))]);

/** The header tells any size; there are no pixels behind it. */
export const png = (width = 2, height = 2, seed = '') =>
  Buffer.concat([
    u8(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk('IHDR', Buffer.concat([u32(width), u32(height), u8(8, 2, 0, 0, 0)])),
    pngChunk('tEXt', ascii(`seed\0${seed}`)),
    pngChunk('IDAT', u8(0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);

/** @param metadataBytes of EXIF and the like before the frame header. */
export const jpeg = (width = 2, height = 2, metadataBytes = 0) => {
  const segments: Buffer[] = [];
  for (let left = metadataBytes; left > 0; left -= 60_000) {
    const data = Buffer.alloc(Math.min(left, 60_000), 0x20);
    segments.push(u8(0xff, 0xe2), u16(data.length + 2), data);
  }
  const frame = Buffer.concat([u8(0xff, 0xc0), u16(11), u8(8), u16(height), u16(width), u8(1, 1, 0x11, 0)]);
  const tables = Buffer.concat([u8(0xff, 0xc4), u16(5), u8(0, 0, 0)]);
  return Buffer.concat([u8(0xff, 0xd8), ...segments, tables, frame, u8(0xff, 0xda), u16(2), u8(0xff, 0xd9)]);
};

const box = (type: string, ...parts: Buffer[]) => {
  const data = Buffer.concat(parts);
  return Buffer.concat([u32(data.length + 8), ascii(type), data]);
};

function track(handler: 'vide' | 'soun', seconds: number): Buffer {
  const zeros = (count: number) => Buffer.alloc(count);
  const entry =
    handler === 'soun'
      ? box('mp4a', zeros(16), u16(2), u16(16), zeros(4), u32(44_100 * 65_536))
      : box('avc1', zeros(78));
  const samples = box(
    'stbl',
    box('stsd', u32(0), u32(1), entry),
    box('stts', u32(0), u32(0)),
    box('stsc', u32(0), u32(0)),
    box('stsz', u32(0), u32(0), u32(0)),
    box('stco', u32(0), u32(0)),
  );
  const header = box('mdhd', u32(0), u32(0), u32(0), u32(1000), u32(seconds * 1000), u16(0x55c4), u16(0));
  const media = box('mdia', header, box('hdlr', u32(0), u32(0), ascii(handler), zeros(13)), box('minf', samples));
  return box('trak', box('tkhd', u32(7), u32(0), u32(0), u32(1), u32(0), u32(seconds * 1000), zeros(60)), media);
}

type IsoOptions = { brand?: string; tracks?: ('vide' | 'soun')[]; seconds?: number; padding?: number };

/** mp4, m4a, 3gp; the index at the end, as cameras write it. */
export const iso = ({ brand = 'isom', tracks = ['vide', 'soun'], seconds = 7, padding = 0 }: IsoOptions = {}) =>
  Buffer.concat([
    box('ftyp', ascii(brand.padEnd(4)), u32(0x200), ascii(brand.padEnd(4))),
    box('mdat', Buffer.alloc(padding + 16, 1)),
    box(
      'moov',
      box('mvhd', u32(0), u32(0), u32(0), u32(1000), u32(seconds * 1000), Buffer.alloc(80)),
      ...tracks.map((kind) => track(kind, seconds)),
    ),
  ]);

function oggPage(sequence: number, flags: number, granule: number, data: Buffer): Buffer {
  const header = Buffer.alloc(27);
  header.write('OggS', 'latin1');
  header[5] = flags;
  header.writeBigUInt64LE(BigInt(granule), 6);
  header.writeUInt32LE(1, 14);
  header.writeUInt32LE(sequence, 18);
  header[26] = 1;
  return Buffer.concat([header, u8(data.length), data]);
}

export const oggOpus = (seconds = 3) =>
  Buffer.concat([
    oggPage(0, 2, 0, Buffer.concat([ascii('OpusHead'), u8(1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0)])),
    oggPage(1, 0, 0, Buffer.concat([ascii('OpusTags'), u8(4, 0, 0, 0), ascii('ulak'), u8(0, 0, 0, 0)])),
    oggPage(2, 4, seconds * 48_000, Buffer.alloc(60, 0x78)),
  ]);

export const oggVorbis = () => oggPage(0, 2, 0, Buffer.concat([u8(1), ascii('vorbis'), Buffer.alloc(23, 1)]));

/** 26 ms a frame. */
export const mp3 = (frames = 120) =>
  Buffer.concat(Array.from({ length: frames }, () => Buffer.concat([u8(0xff, 0xfb, 0x90, 0xc4), Buffer.alloc(413)])));

export const mp3WithCover = () => Buffer.concat([ascii('ID3'), u8(3, 0, 0, 0, 1, 0, 0), Buffer.alloc(16_384), mp3()]);

export const aac = (frames = 60) => {
  const length = 7 + 200;
  const header = u8(0xff, 0xf1, 0x50, 0x80 | (length >> 11), (length >> 3) & 0xff, ((length & 7) << 5) | 0x1f, 0xfc);
  return Buffer.concat(Array.from({ length: frames }, () => Buffer.concat([header, Buffer.alloc(200, 0x21)])));
};

export const amr = () => Buffer.concat([ascii('#!AMR\n'), Buffer.alloc(320, 0x3c)]);
export const pdf = (padding = 0) =>
  Buffer.concat([ascii('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), Buffer.alloc(padding, 0x20), ascii('trailer<<>>\n%%EOF\n')]);

/** A Compound File whose root holds one stream, behind `before` others. */
export function compoundFile(stream: string, before = 0): Buffer {
  const sectors = 1 + Math.floor((before + 1) / 4);
  const header = Buffer.alloc(512);
  u8(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1).copy(header);
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(1, 44);
  header.writeUInt32LE(1, 48);
  header.fill(0xff, 76);
  header.writeUInt32LE(0, 76);
  const table = Buffer.alloc(512, 0xff);
  for (let i = 1; i <= sectors; i++) table.writeUInt32LE(i === sectors ? 0xfffffffe : i + 1, 4 * i);
  const directory = Buffer.alloc(512 * sectors);
  const names = ['Root Entry', ...Array.from({ length: before }, (_, i) => `Other ${i}`), stream];
  names.slice(0, sectors * 4).forEach((name, i) => {
    directory.write(name, i * 128, 'utf16le');
    directory.writeUInt16LE(2 * name.length + 2, i * 128 + 64);
  });
  return Buffer.concat([header, table, directory]);
}

/** A stored (uncompressed) zip. */
export function zip(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content);
    const meta = Buffer.alloc(26);
    meta.writeUInt16LE(20, 0);
    meta.writeUInt32LE(crc32(data), 10);
    meta.writeUInt32LE(data.length, 14);
    meta.writeUInt32LE(data.length, 18);
    meta.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const local = Buffer.concat([ascii('PK\x03\x04'), meta, ascii(name), data]);
    central.push(Buffer.concat([ascii('PK\x01\x02'), u8(20, 0), meta, place, ascii(name)]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(Buffer.concat(central).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...central, ascii('PK\x05\x06'), end]);
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** @param main such as `wordprocessingml.document` */
export const office = (main: string, folder: string) =>
  zip({
    '[Content_Types].xml': `<Types><Override PartName="/${folder}/main.xml" ContentType="${OFFICE}.${main}.main+xml"/></Types>`,
    '_rels/.rels': '<Relationships/>',
    [`${folder}/main.xml`]: '<x/>',
  });

export const docx = () => office('wordprocessingml.document', 'word');
export const xlsx = () => office('spreadsheetml.sheet', 'xl');
export const pptx = () => office('presentationml.presentation', 'ppt');

export const gif = () => Buffer.concat([ascii('GIF89a'), u8(1, 0, 1, 0, 0, 0, 0), ascii(';')]);
export const webp = () => Buffer.concat([ascii('RIFF'), u8(30, 0, 0, 0), ascii('WEBPVP8 '), Buffer.alloc(22)]);
export const exe = () => Buffer.concat([ascii('MZ'), Buffer.alloc(200, 0), ascii('PE\0\0')]);
