import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressHash } from '#src/customers/address-hash.ts';
import { createMailKeys, type MailToken, readToken, signToken } from '#src/emails/mail-token.ts';

const keys = createMailKeys('a'.repeat(40));
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const tokens: fc.Arbitrary<MailToken> = fc.oneof(
  fc.record({
    kind: fc.constant('unsubscribe' as const),
    organizationId: fc.uuid(),
    recipientId: fc.uuid(),
    emailHash: hash,
    language: fc.constantFrom('tr' as const, 'en' as const),
  }),
  fc.record({ kind: fc.constant('open' as const), recipientId: fc.uuid() }),
  fc.record({
    kind: fc.constant('click' as const),
    recipientId: fc.uuid(),
    contentId: fc.uuid(),
    link: fc.integer({ min: 0, max: 1000 }),
  }),
);

describe('tokens', () => {
  it('are read as they were signed, by any key of the ring, and by no other secret', () => {
    const ring = createMailKeys('b'.repeat(40), 'a'.repeat(40));
    fc.assert(
      fc.property(tokens, (token) => {
        const signed = signToken(keys, token);
        expect(signed).toMatch(/^[\w-]{40,132}$/);
        expect(readToken(keys, token.kind, signed)).toEqual(token);
        expect(readToken(ring, token.kind, signed)).toEqual(token);
        expect(readToken(createMailKeys('c'.repeat(40)), token.kind, signed)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it('are nothing with one bit changed, as another kind, or in another spelling', () => {
    fc.assert(
      fc.property(tokens, fc.nat(), (token, at) => {
        const signed = signToken(keys, token);
        const bytes = Buffer.from(signed, 'base64url');
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        expect(readToken(keys, token.kind, bytes.toString('base64url'))).toBeNull();
        for (const kind of ['unsubscribe', 'open', 'click'] as const)
          if (kind !== token.kind) expect(readToken(keys, kind, signed)).toBeNull();
        expect(readToken(keys, token.kind, `${signed}=`)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it('name no address, and say nothing of whom they are to who has no key', () => {
    const address = 'ayse@example.com';
    const token = signToken(keys, {
      kind: 'unsubscribe',
      organizationId: '019a0000-0000-7000-8000-000000000001',
      recipientId: '019a0000-0000-7000-8000-000000000002',
      emailHash: addressHash('019a0000-0000-7000-8000-000000000001', address),
      language: 'tr',
    });
    const bytes = Buffer.from(token, 'base64url').toString('latin1');
    for (const part of ['ayse', 'example', address]) expect(bytes).not.toContain(part);
  });

  it('cut short at any place, or with something after them, are nothing', () => {
    fc.assert(
      fc.property(tokens, fc.nat(), fc.string({ minLength: 1, maxLength: 4 }), (token, at, more) => {
        const signed = signToken(keys, token);
        expect(readToken(keys, token.kind, signed.slice(0, at % signed.length))).toBeNull();
        expect(readToken(keys, token.kind, signed + more)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  it('a key makes one kind: the end of one is no end of another', () => {
    const recipientId = '019a0000-0000-7000-8000-000000000002';
    const open = Buffer.from(signToken(keys, { kind: 'open', recipientId }), 'base64url');
    const head = Buffer.from([open[0]!, open[1]!, 2]);
    const contentId = Buffer.alloc(16);
    const forged = Buffer.concat([head, open.subarray(3, 19), contentId, Buffer.from([0, 1]), open.subarray(19)]);
    expect(readToken(keys, 'click', forged.toString('base64url'))).toBeNull();
  });

  it('whatever else comes is nothing', () => {
    const text = fc.oneof(fc.string({ maxLength: 300 }), fc.base64String({ maxLength: 300 }));
    for (const kind of ['unsubscribe', 'open', 'click'] as const)
      fc.assert(fc.property(text, (text) => readToken(keys, kind, text) === null));
  });
});
