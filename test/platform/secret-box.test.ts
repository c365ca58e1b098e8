import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecretBox, hashSecret, newSecret } from '#src/platform/secret-box.ts';

const box = createSecretBox('x'.repeat(40));
const bodyOf = (sealed: string) => sealed.slice(box.currentPrefix.length);

describe('createSecretBox', () => {
  it('opens what it sealed', () =>
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => box.open(box.seal(text)) === text)));

  it('seals the same text differently every time, and shows nothing of it', () => {
    const [one, two] = [box.seal('a-long-api-key'), box.seal('a-long-api-key')];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.slice(12), 'base64url').includes('api-key')).toBe(false);
  });

  it('does not open what another key sealed', () => {
    expect(() => createSecretBox('y'.repeat(40)).open(box.seal('secret'))).toThrow();
  });

  it('does not open what was touched, anywhere', () => {
    const sealed = Buffer.from(bodyOf(box.seal('secret')), 'base64url');
    for (let i = 0; i < sealed.length; i++) {
      const touched = Buffer.from(sealed);
      touched[i]! ^= 1;
      expect(() => box.open(`${box.currentPrefix}${touched.toString('base64url')}`)).toThrow();
    }
  });

  it('names its key: a newer one seals, older ones open, and what was sealed before keys had names', () => {
    const ring = createSecretBox('n'.repeat(40), 'x'.repeat(40));
    const old = box.seal('secret');
    expect([ring.open(old), ring.isCurrent(old), ring.isCurrent(ring.seal('a'))]).toEqual(['secret', false, true]);
    expect(ring.open(`v1.${bodyOf(old)}`)).toBe('secret');
    expect(() => box.open(ring.seal('a'))).toThrow('not at hand');
    expect(() => ring.open(old.replace(box.currentPrefix, ring.currentPrefix))).toThrow();
  });

  it.each(['', 'v1.', 'v2.abc', 'plain text', 'v1.AAAA'])('does not open %j', (text) =>
    expect(() => box.open(text)).toThrow(),
  );

  it('does not open one that was cut short, down to a short tag', () => {
    const sealed = Buffer.from(bodyOf(box.seal('')), 'base64url');
    for (let length = 0; length < sealed.length; length++)
      expect(() => box.open(`${box.currentPrefix}${sealed.subarray(0, length).toString('base64url')}`)).toThrow();
  });
});

it('newSecret is long, fit for a URL, and never the same', () => {
  const secrets = new Set(Array.from({ length: 1000 }, newSecret));
  expect(secrets.size).toBe(1000);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
});

it('hashSecret is SHA-256 in hex', () =>
  expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'));
