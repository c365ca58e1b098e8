import { Buffer } from 'node:buffer';

/** A file as WhatsApp would have it: the smallest that really is what it says. */
export interface SampleFile {
  mimetype: string;
  fileName: string;
  bytes: Buffer;
}

const ascii = (text: string) => Buffer.from(text, 'latin1');
const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (value: number) => u8(value >> 8, value & 0xff);
function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function jpeg(): Buffer {
  const frame = Buffer.concat([u8(0xff, 0xc0), u16(11), u8(8), u16(10), u16(10), u8(1, 1, 0x11, 0)]);
  const tables = Buffer.concat([u8(0xff, 0xc4), u16(5), u8(0, 0, 0)]);
  return Buffer.concat([u8(0xff, 0xd8), tables, frame, u8(0xff, 0xda), u16(2), u8(0xff, 0xd9)]);
}

function box(type: string, ...parts: Buffer[]): Buffer {
  const data = Buffer.concat(parts);
  return Buffer.concat([u32(data.length + 8), ascii(type), data]);
}

function track(handler: 'vide' | 'soun', seconds: number): Buffer {
  const zeros = (count: number) => Buffer.alloc(count);
  const entry =
    handler === 'soun'
      ? box('mp4a', zeros(16), u16(2), u16(16), zeros(4), u32(44_100 * 65_536))
      : box('avc1', zeros(78));
  const none = u32(0);
  const samples = box(
    'stbl',
    box('stsd', none, u32(1), entry),
    box('stts', none, none),
    box('stsc', none, none),
    box('stsz', none, none, none),
    box('stco', none, none),
  );
  const header = box('mdhd', none, none, none, u32(1000), u32(seconds * 1000), u16(0x55c4), u16(0));
  const media = box('mdia', header, box('hdlr', none, none, ascii(handler), zeros(13)), box('minf', samples));
  return box('trak', box('tkhd', u32(7), none, none, u32(1), none, u32(seconds * 1000), zeros(60)), media);
}

const mp4 = (seconds = 3): Buffer =>
  Buffer.concat([
    box('ftyp', ascii('isom'), u32(0x200), ascii('isom')),
    box('mdat', Buffer.alloc(16, 1)),
    box(
      'moov',
      box('mvhd', u32(0), u32(0), u32(0), u32(1000), u32(seconds * 1000), Buffer.alloc(80)),
      track('vide', seconds),
      track('soun', seconds),
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

const oggOpus = (seconds = 3): Buffer =>
  Buffer.concat([
    oggPage(0, 2, 0, Buffer.concat([ascii('OpusHead'), u8(1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0)])),
    oggPage(1, 0, 0, Buffer.concat([ascii('OpusTags'), u8(4, 0, 0, 0), ascii('ulak'), u8(0, 0, 0, 0)])),
    oggPage(2, 4, seconds * 48_000, Buffer.alloc(60, 0x78)),
  ]);

const pdf = (): Buffer => ascii('%PDF-1.7\n%\xe2\xe3\xcf\xd3\ntrailer<<>>\n%%EOF\n');
const webp = (): Buffer => Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');

/** By the word that Baileys has for the message. */
const makers: Record<string, () => SampleFile> = {
  imageMessage: () => ({ mimetype: 'image/jpeg', fileName: 'image.jpg', bytes: jpeg() }),
  videoMessage: () => ({ mimetype: 'video/mp4', fileName: 'video.mp4', bytes: mp4() }),
  ptvMessage: () => ({ mimetype: 'video/mp4', fileName: 'video.mp4', bytes: mp4() }),
  audioMessage: () => ({ mimetype: 'audio/ogg; codecs=opus', fileName: 'audio.ogg', bytes: oggOpus() }),
  documentMessage: () => ({ mimetype: 'application/pdf', fileName: 'belge.pdf', bytes: pdf() }),
  stickerMessage: () => ({ mimetype: 'image/webp', fileName: 'sticker.webp', bytes: webp() }),
};

/** What a message of that type brings; undefined when it brings no file. */
export const sampleFile = (messageType: string): SampleFile | undefined => makers[messageType]?.();
