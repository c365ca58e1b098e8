import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

export type SecretBox = {
  seal(plain: string): string;
  /** Throws when the text was tampered with, or none of the keys is its own. */
  open(sealed: string): string;
  /** Whether it was sealed with the newest key. */
  isCurrent(sealed: string): boolean;
  /** How everything begins that the newest key sealed. */
  readonly currentPrefix: string;
};

type Key = { id: string; key: Buffer };

const KEY_ID_CHARACTERS = 8;
const SEALED = /^(?:v1|v2\.([\w-]{8}))\.([\w-]{38,})$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts secrets before they are stored (AES-256-GCM, keys derived from `secrets`). The first one seals, all of them open. A sealed
 * text names its key (`v2.<key>.…`); the older `v1.…` does not, and is tried with each.
 */
export function createSecretBox(...secrets: [string, ...string[]]): SecretBox {
  const [newest, ...former] = secrets.map(keyOf) as [Key, ...Key[]];
  const currentPrefix = `v2.${newest.id}.`;
  return {
    currentPrefix,
    isCurrent: (sealed) => sealed.startsWith(currentPrefix),
    seal: (plain) => `${currentPrefix}${encrypt(newest.key, plain)}`,
    open(sealed) {
      const [, id, body] = SEALED.exec(sealed) ?? [];
      if (body === undefined) throw new Error('not sealed by this box');
      const fitting = [newest, ...former].filter((key) => id === undefined || key.id === id);
      const plain = fitting.map(({ key }) => decrypt(key, body)).find((text) => text !== null);
      if (plain === undefined) throw new Error('sealed with a key that is not at hand, or tampered with');
      return plain;
    },
  };
}

function keyOf(secret: string): Key {
  const derive = (purpose: string, bytes: number) => Buffer.from(hkdfSync('sha256', secret, '', purpose, bytes));
  const id = derive('ulak secret box key id', 6).toString('base64url').slice(0, KEY_ID_CHARACTERS);
  return { id, key: derive('ulak secret box v1', 32) };
}

function encrypt(key: Buffer, plain: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

function decrypt(key: Buffer, text: string): string | null {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** What is stored of a secret that only ever has to be recognised: its SHA-256 in hex. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A new secret of 256 random bits, safe in a URL. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
