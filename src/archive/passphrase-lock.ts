import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { Decrypter, Encrypter, type Identity, type Recipient, Stanza } from 'age-encryption';

/** 64 MiB and a quarter of a second a try. */
const WORK = 16;
/** More than that would be asked for only to keep us busy. */
const MOST_WORK = 18;
const LABEL = Buffer.from('age-encryption.org/v1/scrypt');

/** What is encrypted can be read by `age -d` too (https://age-encryption.org/v1, scrypt); the key is derived off the event loop. */
export function lock(content: ReadableStream<Uint8Array>, passphrase: string): Promise<ReadableStream<Uint8Array>> {
  const encrypter = new Encrypter();
  const recipient: Recipient = {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(16);
      const cipher = createCipheriv('chacha20-poly1305', await deriveKey(passphrase, salt, WORK), Buffer.alloc(12), {
        authTagLength: 16,
      });
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      return [new Stanza(['scrypt', unpadded(salt), String(WORK)], new Uint8Array(body))];
    },
  };
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(content);
}

/** Throws for a wrong passphrase. */
export function unlock(content: ReadableStream<Uint8Array>, passphrase: string): Promise<ReadableStream<Uint8Array>> {
  const decrypter = new Decrypter();
  const identity: Identity = {
    async unwrapFileKey(stanzas) {
      const [stanza, ...more] = stanzas;
      const [kind, salt, work] = stanza?.args ?? [];
      if (!stanza || more.length > 0 || kind !== 'scrypt' || !salt || !/^[1-9]\d?$/.test(work ?? '')) return null;
      if (Number(work) > MOST_WORK || stanza.body.length !== 32) return null;
      const body = Buffer.from(stanza.body);
      const key = await deriveKey(passphrase, Buffer.from(salt, 'base64'), Number(work));
      const decipher = createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 });
      decipher.setAuthTag(body.subarray(16));
      try {
        return new Uint8Array(Buffer.concat([decipher.update(body.subarray(0, 16)), decipher.final()]));
      } catch {
        return null;
      }
    },
  };
  decrypter.addIdentity(identity);
  return decrypter.decrypt(content);
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

function deriveKey(passphrase: string, salt: Buffer, work: number): Promise<Buffer> {
  const cost = { N: 2 ** work, r: 8, p: 1, maxmem: 2 ** work * 8 * 128 * 2 };
  return new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFKC'), Buffer.concat([LABEL, salt]), 32, cost, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}
