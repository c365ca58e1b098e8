import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { createDkimSigner } from '#src/channels/email/create-dkim-signer.ts';
import { dkimVerdict } from './dkim-verdict.ts';

const pem = (pair: {
  publicKey: { export(options: object): unknown };
  privateKey: { export(options: object): unknown };
}) => ({
  publicKey: String(pair.publicKey.export({ type: 'spki', format: 'pem' })),
  privateKey: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
});
const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const ed25519 = pem(generateKeyPairSync('ed25519'));
const domain = 'acme.example.com';
const mail = [
  'From: =?utf-8?Q?Acme_=C3=87i=C3=A7ek?= <haber@acme.example.com>',
  'To: ayse@example.com',
  'Subject: =?utf-8?Q?=C4=B0ndirim_ba=C5=9Flad=C4=B1?=',
  'Date: Mon, 02 Mar 2026 09:00:00 +0000',
  'Message-ID: <r.c@acme.example.com>',
  'List-Unsubscribe: <https://acme.example.com/u/',
  '\tlong-token>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'X-Mailer:   not signed',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Merhaba Ayşe,   yarın %50!',
  '. ',
  '',
  '',
].join('\r\n');
const sign = (raw: Buffer | string, key = rsa) =>
  createDkimSigner({ domain, selector: 'ulak1', privateKey: key.privateKey })(raw);
const spoil = (signed: Buffer, from: string, to: string) => {
  const text = signed.toString('latin1');
  const at = text.lastIndexOf(from);
  expect(at).toBeGreaterThan(-1);
  return Buffer.from(text.slice(0, at) + to + text.slice(at + from.length), 'latin1');
};

describe('a DKIM signature', () => {
  it('the verifier of these tests accepts what nodemailer signs, so its word counts', async () => {
    const dkim = { domainName: domain, keySelector: 'ulak1', privateKey: rsa.privateKey };
    const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows', dkim });
    const { message } = await transport.sendMail({
      from: 'a@acme.example.com',
      to: 'b@example.com',
      subject: 'İ',
      text: 'ş',
    });
    expect(dkimVerdict(message as Buffer, rsa.publicKey)).toMatchObject({ verdict: 'ok', domain });
  });

  it.each([
    ['rsa', rsa],
    ['ed25519', ed25519],
  ] as const)('%s: holds; both unsubscribe headers are under it; a second From would break it', (_, key) => {
    const signed = sign(mail, key);
    const { verdict, signed: names } = dkimVerdict(signed, key.publicKey);
    expect(verdict).toBe('ok');
    expect(names).toEqual(expect.arrayContaining(['from', 'to', 'subject', 'date', 'message-id', 'content-type']));
    expect(names).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post', 'from', 'from']));
    expect(names).not.toContain('x-mailer');
    expect(names.filter((name) => name === 'from')).toHaveLength(2);
    const second = Buffer.concat([Buffer.from('From: thief@evil.example\r\n'), signed]);
    expect(dkimVerdict(second, key.publicKey).verdict).toBe('signature');
  });

  it.each([
    ['the body', 'Merhaba', 'merhaba', 'body'],
    ['the subject', 'ndirim', 'ndirin', 'signature'],
    ['the link to unsubscribe by', 'long-token', 'evil-token', 'signature'],
    ['the one-click header', 'One-Click', 'Two-Click', 'signature'],
  ])('does not hold when %s was changed', (_, from, to, verdict) => {
    expect(dkimVerdict(spoil(sign(mail), from, to), rsa.publicKey).verdict).toBe(verdict);
  });

  it('does not hold for another key', () => {
    const other = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }));
    expect(dkimVerdict(sign(mail), other.publicKey).verdict).toBe('signature');
  });

  it('adds a header and changes nothing else; no line is longer than 78', () => {
    const signed = sign(mail);
    expect(signed.subarray(signed.length - Buffer.byteLength(mail)).toString()).toBe(mail);
    const header = signed.subarray(0, signed.length - Buffer.byteLength(mail)).toString();
    expect(Math.max(...header.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
  });

  it('bare line ends are mended before signing', () => {
    const signed = sign(mail.replaceAll('\r\n', '\n'));
    expect(signed.toString()).not.toMatch(/(?<!\r)\n/);
    expect(dkimVerdict(signed, rsa.publicKey).verdict).toBe('ok');
  });

  it('holds for any body: empty, blank lines at the end, no line end, any letters, 8-bit bytes', () => {
    const line = fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme' }), fc.constant(' \t'), fc.constant('.'));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.boolean(), (lines, asBytes) => {
        const raw = `From: a@acme.example.com\r\nSubject: x \t y\r\n\r\n${lines.join('\r\n')}`;
        expect(dkimVerdict(sign(asBytes ? Buffer.from(raw) : raw, ed25519), ed25519.publicKey).verdict).toBe('ok');
      }),
      { numRuns: 200 },
    );
  });

  it('a key of another kind is refused when the signer is made, not when a mail is sent', () => {
    const { privateKey } = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    expect(() => createDkimSigner({ domain, selector: 'a', privateKey })).toThrow(TypeError);
    expect(() => createDkimSigner({ domain, selector: 'a', privateKey: 'no key' })).toThrow();
  });
});
