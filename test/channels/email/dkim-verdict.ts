import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

type Field = { name: string; raw: string };
/** `ok`, or what does not hold. */
export type DkimVerdict = 'ok' | 'no signature' | 'body' | 'signature';

/** Reads a mail as a receiver does (RFC 6376, written apart from what signs): its topmost DKIM signature, against a key. */
export function dkimVerdict(
  mail: Buffer,
  publicKey: string,
): { verdict: DkimVerdict; signed: string[]; domain?: string } {
  const text = mail.toString('latin1');
  const split = text.indexOf('\r\n\r\n');
  const [head, body] = [text.slice(0, split + 2), text.slice(split + 4)];
  const fields: Field[] = [...head.matchAll(/^([!-9;-~]+)[ \t]*:(?:.*\r\n(?:[ \t].*\r\n)*)/gm)].map(([raw, name]) => ({
    name: name!.toLowerCase(),
    raw,
  }));
  const signature = fields.find(({ name }) => name === 'dkim-signature');
  if (!signature) return { verdict: 'no signature', signed: [] };
  const tags = Object.fromEntries(
    signature.raw
      .slice(signature.raw.indexOf(':') + 1)
      .split(';')
      .map((part) => part.trim())
      .filter(Boolean)
      .map((part) => [
        part.slice(0, part.indexOf('=')).trim(),
        part.slice(part.indexOf('=') + 1).replaceAll(/\s/g, ''),
      ]),
  );
  const signed = tags.h!.toLowerCase().split(':');
  const [headWay, bodyWay = 'simple'] = (tags.c ?? 'simple/simple').split('/');
  if (headWay !== 'relaxed') throw new Error(`unexpected canonicalization ${tags.c}`);
  const about = { signed, domain: tags.d! };
  if (
    createHash('sha256')
      .update(Buffer.from(canonicalBody(body, bodyWay), 'latin1'))
      .digest('base64') !== tags.bh
  )
    return { verdict: 'body', ...about };
  // from the bottom up, each used once
  const left = fields.filter((field) => field !== signature).reverse();
  const chosen = signed.map((name) => {
    const index = left.findIndex((field) => field.name === name);
    return index < 0 ? '' : relaxed(left.splice(index, 1)[0]!.raw);
  });
  const own = relaxed(signature.raw.replace(/(\bb=)[\s\S]*$/, '$1')).replace(/\r\n$/, '');
  const bytes = Buffer.from(chosen.join('') + own, 'latin1');
  const holds = check(tags.a!, bytes, createPublicKey(publicKey), Buffer.from(tags.b!, 'base64'));
  return { verdict: holds ? 'ok' : 'signature', ...about };
}

const check = (algorithm: string, bytes: Buffer, key: KeyObject, signature: Buffer): boolean =>
  algorithm === 'rsa-sha256'
    ? verify('sha256', bytes, key, signature)
    : verify(null, createHash('sha256').update(bytes).digest(), key, signature);

function relaxed(raw: string): string {
  const colon = raw.indexOf(':');
  const value = raw
    .slice(colon + 1)
    .replaceAll('\r\n', '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
  return `${raw.slice(0, colon).trim().toLowerCase()}:${value}\r\n`;
}

function canonicalBody(body: string, way: string): string {
  const text = way === 'relaxed' ? body.replaceAll(/[ \t]+\r\n/g, '\r\n').replaceAll(/[ \t]+/g, ' ') : body;
  const trimmed = text.replace(/(\r\n)+$/, '');
  return trimmed === '' && way === 'relaxed' ? '' : `${trimmed}\r\n`;
}
