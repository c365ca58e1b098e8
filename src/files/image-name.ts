import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Media } from './media.ts';

const MAC_BYTES = 16;
const UUID_BYTES = 16;
const NAME = /^([\w-]{43})\.(?:jpg|png)$/;
const extensions: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png' };

/** Under what a picture is served to anybody who has its address; nobody can guess one. Null: it is no picture. */
export function imageName(secret: string, { id, mimeType }: Pick<Media, 'id' | 'mimeType'>): string | null {
  const extension = extensions[mimeType];
  if (!extension) return null;
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return `${Buffer.concat([bytes, macOf(secret, bytes)]).toString('base64url')}.${extension}`;
}

/** The id of the picture; null: no name of ours, by this secret or a former one. */
export function readImageName(secret: string, name: string, former: readonly string[] = []): string | null {
  const bytes = Buffer.from(NAME.exec(name)?.[1] ?? '', 'base64url');
  if (bytes.length !== UUID_BYTES + MAC_BYTES) return null;
  const id = bytes.subarray(0, UUID_BYTES);
  const mac = bytes.subarray(UUID_BYTES);
  if (![secret, ...former].some((one) => timingSafeEqual(macOf(one, id), mac))) return null;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function macOf(secret: string, bytes: Uint8Array): Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'ulak image name', 32));
  return createHmac('sha256', key).update(bytes).digest().subarray(0, MAC_BYTES);
}
