import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import axios from 'axios';
import { internal } from './evolution-error.ts';
import type { MediaKind } from './message-content.ts';

/** What is left of media once it was read: never the bytes themselves. */
export interface MediaDigest {
  sha256: string;
  size: number;
  /** The first bytes, enough to tell an image from something else. */
  head: Buffer;
}

export interface UploadedFile extends MediaDigest {
  fileName: string;
  mimetype: string;
}

/** validator.js `isURL` with its defaults: a top-level domain is mandatory, an IP address will do. */
export function isMediaUrl(text: string): boolean {
  const match = /^(?:https?|ftp):\/\/(?:[^\s/@]+@)?([^\s/:?#]+)(?::\d{1,5})?(?:[/?#]\S*)?$/i.exec(text);
  const host = match?.[1] ?? '';
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return host.split('.').every((part) => Number(part) <= 255);
  return /^(?:[a-z\d](?:[a-z\d_-]*[a-z\d])?\.)+[a-z\u00a1-\uffff]{2,}$/i.test(host);
}

/** class-validator `isBase64`: the bare alphabet, length a multiple of four; data URLs fail. */
export function isBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

export function digestBase64(text: string): MediaDigest {
  const bytes = Buffer.from(text, 'base64');
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    head: Buffer.from(bytes.subarray(0, 16)),
  };
}

export async function digestStream(stream: Readable): Promise<MediaDigest> {
  const hash = createHash('sha256');
  let size = 0;
  let head = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
    if (head.length < 16) head = Buffer.concat([head, chunk]).subarray(0, 16);
  }
  return { sha256: hash.digest('hex'), size, head: Buffer.from(head) };
}

/** Fetches as Evolution does before it looks at the recipient; a failure is its 500. */
export async function digestUrl(url: string): Promise<MediaDigest> {
  try {
    const response = await axios.get<Readable>(url, { responseType: 'stream', timeout: 30_000, proxy: false });
    return await digestStream(response.data);
  } catch (error) {
    throw internal(`AxiosError: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const imageHeads: ((head: Buffer) => boolean)[] = [
  (head) => head.readUInt32BE(0) === 0x89504e47,
  (head) => head.readUIntBE(0, 3) === 0xffd8ff,
  (head) => head.toString('latin1', 0, 3) === 'GIF',
  (head) => head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP',
  (head) => ['II*\0', 'MM\0*'].includes(head.toString('latin1', 0, 4)),
  (head) => head.toString('latin1', 4, 8) === 'ftyp',
  (head) => /^\s*<(svg|\?xml)/.test(head.toString('latin1')),
];

/** Images are re-encoded on the way: what the library cannot read is refused. */
export function checkImage(digest: MediaDigest): void {
  const head = Buffer.concat([digest.head, Buffer.alloc(16)]);
  if (!imageHeads.some((recognises) => recognises(head)))
    throw internal('Error: Input buffer contains unsupported image format');
}

const typesByExtension: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
};

const defaultTypes: Record<MediaKind, string> = {
  image: 'image/jpeg',
  video: 'video/mp4',
  ptv: 'video/mp4',
  audio: 'audio/ogg; codecs=opus',
  sticker: 'image/webp',
  document: 'application/octet-stream',
};

/** The extension of the file name wins over the mimetype given. */
export function mimetypeOf(kind: MediaKind, fileName?: string, given?: string): string {
  if (kind === 'sticker' || kind === 'ptv') return defaultTypes[kind];
  const extension = /\.([a-z\d]+)$/i.exec(fileName ?? '')?.[1]?.toLowerCase() ?? '';
  return typesByExtension[extension] ?? given ?? defaultTypes[kind];
}
