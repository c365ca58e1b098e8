import { describe, expect, it } from 'vitest';
import type { RawMail } from '#src/channels/email/carrier.ts';
import { createSmtpCarrier } from '#src/channels/email/create-smtp-carrier.ts';
import { startRawServer, startScriptedServer } from './scripted-smtp-server.ts';

const timeouts = { connect: 400, command: 300, data: 300, idle: 5_000 };
const mailTo = (to: string): RawMail => ({
  from: 'news@acme.example.com',
  to,
  messageId: '<1.2@acme.example.com>',
  raw: 'From: news@acme.example.com\r\nSubject: Merhaba\r\n\r\nİyi günler\r\n.\r\n..son\r\n',
});
const carrierAt = (url: string, more: object = {}) => createSmtpCarrier({ url, timeouts, ...more });
const sendTo = async (url: string, to = 'ayse@example.com', more: object = {}) => {
  const carrier = carrierAt(url, more);
  try {
    return await carrier.send(mailTo(to));
  } finally {
    await carrier.close();
  }
};

describe('a mail that is taken', () => {
  it('arrives byte for byte, dots at the start of lines included, and bears the server’s name for it', async () => {
    await using server = await startScriptedServer();
    expect(await sendTo(server.url)).toEqual({ kind: 'accepted', value: { providerMessageId: '4XyZ99' } });
    expect(server.taken).toEqual([
      { from: 'news@acme.example.com', to: 'ayse@example.com', raw: mailTo('').raw as string },
    ]);
  });

  it('a hundred go over at most as many connections as are allowed, each once', async () => {
    await using server = await startScriptedServer();
    const carrier = carrierAt(`${server.url}?maxConnections=5`);
    expect(carrier.width).toBe(5);
    const addresses = Array.from({ length: 100 }, (_, i) => `customer${i}@example.com`);
    const outcomes = await Promise.all(addresses.map((to) => carrier.send(mailTo(to))));
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(server.taken.map(({ to }) => to).sort()).toEqual(addresses.sort());
    expect(server.counts.connections).toBe(5);
    await carrier.close();
  });

  it('signs in, and a wrong password is the carrier’s trouble', async () => {
    await using server = await startScriptedServer({ login: { user: 'ulak', pass: 'p@ss' } });
    const at = (pass: string) => server.url.replace('//', `//ulak:${encodeURIComponent(pass)}@`);
    expect(await sendTo(at('p@ss'))).toMatchObject({ kind: 'accepted' });
    const refused = await sendTo(at('wrong'));
    expect(refused).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
    expect(JSON.stringify(refused)).not.toContain('wrong');
    expect(server.taken).toHaveLength(1);
  });
});

describe('a mail that certainly was not taken', () => {
  it.each([
    [{ atRecipient: () => ({ code: 550, text: '5.1.1 No such user' }) }, 'rejected', 'invalid-address'],
    [{ atRecipient: () => ({ code: 554, text: '5.7.1 Blocked by policy' }) }, 'rejected', 'rejected'],
    [{ atRecipient: () => ({ code: 554, text: '5.7.1 Relay access denied' }) }, 'unavailable', 'carrier'],
    [{ atRecipient: () => ({ code: 450, text: '4.2.0 Greylisted' }) }, 'unavailable', 'recipient-temporary'],
    [{ atRecipient: () => ({ code: 552, text: '5.2.2 Mailbox full' }) }, 'unavailable', 'recipient-temporary'],
    [{ atRecipient: () => ({ code: 450, text: '4.7.28 Rate limit exceeded' }) }, 'unavailable', 'throttled'],
    [{ atMail: { code: 550, text: '5.1.8 Sender address rejected' } }, 'unavailable', 'carrier'],
    [{ atMail: { code: 421, text: 'Too many connections' } }, 'unavailable', 'throttled'],
    [{ atConnect: { code: 554, text: 'No service' } }, 'unavailable', 'carrier'],
    [{ atConnect: { code: 421, text: 'Too many connections' } }, 'unavailable', 'throttled'],
    [{ atEnd: { code: 454, text: 'Throttling failure: Maximum sending rate exceeded.' } }, 'unavailable', 'throttled'],
    [{ atEnd: { code: 454, text: 'Throttling failure: Daily message quota exceeded.' } }, 'unavailable', 'quota'],
    [{ atEnd: { code: 554, text: 'Message rejected: Email address is not verified.' } }, 'unavailable', 'carrier'],
    [{ atEnd: { code: 451, text: 'Local error in processing' } }, 'unavailable', 'recipient-temporary'],
    [{ atEnd: { code: 554, text: '5.6.0 Virus found' } }, 'rejected', 'invalid-content'],
  ])('%j is %s, %s', async (script, kind, reason) => {
    await using server = await startScriptedServer(script);
    expect(await sendTo(server.url)).toMatchObject({ kind, reason });
    expect(server.taken).toEqual([]);
  });

  it.each([
    ['nobody listens', 'smtp://127.0.0.1:1'],
    ['no such host', 'smtp://mail.invalid:25'],
  ])('%s: the carrier is away', async (_, url) => {
    expect(await sendTo(url)).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
  });

  it('a server that never greets, and one that never answers, are given up in time', async () => {
    await using mute = await startRawServer(() => {}, '');
    expect(await sendTo(mute.url)).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
    await using deaf = await startRawServer(
      (line, socket) => /^(EHLO|HELO)/.test(line) && socket.write('250 deaf\r\n'),
    );
    expect(await sendTo(deaf.url)).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
  });

  it('a line cut at RCPT, before the server asked for the mail, is certain too', async () => {
    await using server = await startRawServer((line, socket) => {
      if (/^RCPT/.test(line)) socket.destroy();
      else socket.write('250 ok\r\n');
    });
    expect(await sendTo(server.url)).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
  });

  it('an address that would break out of its command is refused unsent', async () => {
    await using server = await startScriptedServer();
    expect(await sendTo(server.url, 'a@example.com>\r\nRCPT TO:<b@example.com')).toMatchObject({ kind: 'rejected' });
    expect(server.taken).toEqual([]);
  });

  it('where TLS is a must, a server without it gets neither password nor mail', async () => {
    await using server = await startScriptedServer();
    expect(await sendTo(`${server.url}?requireTLS=true`)).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
    expect(server.taken).toEqual([]);
  });

  it('an address that may not be connected to is the carrier’s trouble', async () => {
    const resolve = () => Promise.reject(new Error('10.0.0.1 is private'));
    expect(await sendTo('smtp://intranet:25', 'a@example.com', { resolve })).toMatchObject({ reason: 'carrier' });
  });
});

describe('a mail of which nobody can tell', () => {
  it.each([
    ['hang', 'timeout', 0],
    ['cut', 'connection-lost', 0],
    ['take-and-cut', 'connection-lost', 1],
  ] as const)('after the whole mail: %s is unknown, and it is never sent again', async (atEnd, reason, kept) => {
    await using server = await startScriptedServer({ atEnd });
    expect(await sendTo(server.url)).toMatchObject({ kind: 'unknown', reason });
    expect(server.taken).toHaveLength(kept);
    expect(server.counts.connections).toBe(1);
  });
});

describe('connections that are kept', () => {
  it('one that died meanwhile is replaced: its mail goes out once, and nobody hears of it', async () => {
    await using server = await startScriptedServer();
    const carrier = carrierAt(server.url);
    expect(await carrier.send(mailTo('a@example.com'))).toMatchObject({ kind: 'accepted' });
    server.cutAll();
    expect(await carrier.send(mailTo('b@example.com'))).toMatchObject({ kind: 'accepted' });
    expect(server.taken.map(({ to }) => to)).toEqual(['a@example.com', 'b@example.com']);
    await carrier.close();
  });

  it('one that says 421 when it is used again is replaced as well', async () => {
    const mails: string[] = [];
    await using server = await startRawServer((line, socket) => {
      const used = socket as typeof socket & { mails?: number; body?: boolean };
      if (used.body) {
        if (line !== '.') return;
        used.body = false;
        used.mails = (used.mails ?? 0) + 1;
        socket.write('250 ok\r\n');
      } else if (/^MAIL/.test(line) && used.mails) socket.end('421 4.4.2 Idle for too long\r\n');
      else if (line === 'DATA') {
        used.body = true;
        socket.write('354 go on\r\n');
      } else {
        if (/^RCPT/.test(line)) mails.push(line);
        socket.write('250 ok\r\n');
      }
    });
    const carrier = carrierAt(server.url);
    for (const to of ['a@example.com', 'b@example.com'])
      expect(await carrier.send(mailTo(to))).toMatchObject({ kind: 'accepted' });
    expect(mails).toEqual(['RCPT TO:<a@example.com>', 'RCPT TO:<b@example.com>']);
    await carrier.close();
  });

  it('a refused mail does not spoil the connection for the next', async () => {
    const atRecipient = (to: string) => (to.startsWith('no') ? { code: 550, text: '5.1.1 unknown' } : null);
    await using server = await startScriptedServer({ atRecipient });
    const carrier = carrierAt(`${server.url}?maxConnections=1`);
    for (const to of ['no@example.com', 'yes@example.com', 'no2@example.com', 'yes2@example.com'])
      expect((await carrier.send(mailTo(to))).kind).toBe(to.startsWith('no') ? 'rejected' : 'accepted');
    expect(server.taken).toHaveLength(2);
    await carrier.close();
  });

  it('when all are busy for too long, the next mail is told to slow down, unsent', async () => {
    await using server = await startScriptedServer({ atEnd: 'hang' });
    const slow = { ...timeouts, data: 1_000 };
    const carrier = carrierAt(`${server.url}?maxConnections=1`, { timeouts: slow });
    const [first, second] = await Promise.all([
      carrier.send(mailTo('a@example.com')),
      carrier.send(mailTo('b@example.com')),
    ]);
    expect(first).toMatchObject({ kind: 'unknown' });
    expect(second).toMatchObject({ kind: 'unavailable', reason: 'throttled' });
    await carrier.close();
  });

  it('closing ends a send at once: unknown after the mail was asked for, and nothing goes out any more', async () => {
    await using server = await startScriptedServer({ atEnd: 'hang' });
    const carrier = carrierAt(server.url, { timeouts: { ...timeouts, data: 60_000 } });
    const sending = carrier.send(mailTo('a@example.com'));
    await expect.poll(() => server.counts.connections).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await carrier.close();
    expect(await sending).toMatchObject({ kind: 'unknown', reason: 'connection-lost' });
    expect(await carrier.send(mailTo('b@example.com'))).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
  });
});
