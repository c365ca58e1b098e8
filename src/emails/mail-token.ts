import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type Language, languages } from '#src/platform/language.ts';

/** What the links of a mail stand for. No address is in them, and nothing that has to be looked up to act on them. */
export type MailToken =
  | { kind: 'unsubscribe'; organizationId: string; recipientId: string; emailHash: string; language: Language }
  | { kind: 'open'; recipientId: string }
  /** `link`: the content's, from 1; 0: a link that people do not see. */
  | { kind: 'click'; recipientId: string; contentId: string; link: number };

type Key = { id: number; unsubscribe: KeyObject; open: KeyObject; click: KeyObject };
/** The first signs; all are recognised. */
export type MailKeys = readonly [Key, ...Key[]];

const kinds = ['unsubscribe', 'open', 'click'] as const;
const VERSION = 1;
const HEAD_BYTES = 3;
const MAC_BYTES = 16;
const UUID_BYTES = 16;
const HASH_BYTES = 32;
const BODY_BYTES = { unsubscribe: 1 + 2 * UUID_BYTES + HASH_BYTES, open: UUID_BYTES, click: 2 * UUID_BYTES + 2 };

/** Keys for each purpose of their own: who can make one kind of link cannot make another. */
export function createMailKeys(secret: string, ...formerSecrets: string[]): MailKeys {
  return [keyOf(secret), ...formerSecrets.map(keyOf)];
}

function keyOf(secret: string): Key {
  const derive = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `ulak mail ${purpose}`, bytes));
  const keyFor = (kind: MailToken['kind']) => createSecretKey(derive(kind, 32));
  return {
    id: derive('key id', 1)[0]!,
    unsubscribe: keyFor('unsubscribe'),
    open: keyFor('open'),
    click: keyFor('click'),
  };
}

/** Never expires. Opaque, safe in a URL, at most 132 characters. */
export function signToken([key]: MailKeys, token: MailToken): string {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + BODY_BYTES[token.kind] + MAC_BYTES);
  bytes.writeUIntBE((VERSION << 16) | (key.id << 8) | kinds.indexOf(token.kind), 0, HEAD_BYTES);
  writeBody(bytes, token);
  const end = bytes.length - MAC_BYTES;
  macOf(key[token.kind], bytes.subarray(0, end)).copy(bytes, end);
  return bytes.toString('base64url');
}

function writeBody(bytes: Buffer, token: MailToken): void {
  let at = HEAD_BYTES;
  const hex = (text: string) => {
    at += bytes.write(text.replaceAll('-', ''), at, 'hex');
  };
  if (token.kind === 'unsubscribe') {
    at = bytes.writeUInt8(languages.indexOf(token.language), at);
    hex(token.organizationId);
    hex(token.recipientId);
    hex(token.emailHash);
  } else {
    hex(token.recipientId);
    if (token.kind === 'click') {
      hex(token.contentId);
      bytes.writeUInt16BE(token.link, at);
    }
  }
}

const macOf = (key: KeyObject, bytes: Uint8Array): Buffer =>
  createHmac('sha256', key).update(bytes).digest().subarray(0, MAC_BYTES);

const LONGEST_TOKEN = 200;

/** Null: it is none of ours, or not of this kind. */
export function readToken<K extends MailToken['kind']>(
  keys: MailKeys,
  kind: K,
  token: string,
): Extract<MailToken, { kind: K }> | null {
  if (token.length > LONGEST_TOKEN) return null;
  const bytes = Buffer.from(token, 'base64url');
  const size = HEAD_BYTES + BODY_BYTES[kind] + MAC_BYTES;
  if (bytes.length !== size || bytes.toString('base64url') !== token) return null;
  if (bytes[0] !== VERSION || kinds[bytes[2]!] !== kind) return null;
  const end = size - MAC_BYTES;
  const genuine = keys
    .filter(({ id }) => id === bytes[1])
    .some((key) => timingSafeEqual(macOf(key[kind], bytes.subarray(0, end)), bytes.subarray(end)));
  return genuine ? (readBody(bytes, kind) as Extract<MailToken, { kind: K }>) : null;
}

function readBody(bytes: Buffer, kind: MailToken['kind']): MailToken {
  const uuid = (at: number) => {
    const hex = bytes.toString('hex', at, at + UUID_BYTES);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };
  const at = HEAD_BYTES;
  if (kind === 'open') return { kind, recipientId: uuid(at) };
  if (kind === 'click')
    return {
      kind,
      recipientId: uuid(at),
      contentId: uuid(at + UUID_BYTES),
      link: bytes.readUInt16BE(at + 2 * UUID_BYTES),
    };
  return {
    kind,
    language: languages[bytes[at]!]!,
    organizationId: uuid(at + 1),
    recipientId: uuid(at + 1 + UUID_BYTES),
    emailHash: bytes.toString('hex', at + 1 + 2 * UUID_BYTES, at + 1 + 2 * UUID_BYTES + HASH_BYTES),
  };
}
