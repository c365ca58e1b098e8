import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import type { Carrier, RawMail } from '#src/channels/email/carrier.ts';
import { type CarriersOptions, createCarriers } from '#src/channels/email/create-carriers.ts';
import { startScriptedServer } from './scripted-smtp-server.ts';

const none = { smtpUrl: null, sesRegion: null, sesEndpoint: null, sesConfigurationSet: null };
const closed: string[] = [];
const sandbox = () => ({ kind: 'sandbox', key: 'sandbox', close: async () => void closed.push('sandbox') }) as Carrier;
const options: CarriersOptions = {
  mail: none,
  sandbox,
  allowPrivateTargets: [],
  secret: 'x'.repeat(40),
  open: (sealed) => sealed.replace('sealed:', ''),
  timeouts: { connect: 1_000, command: 500, data: 500, idle: 5_000 },
};
const mail: RawMail = {
  from: 'a@acme.example.com',
  to: 'b@example.com',
  raw: 'Subject: x\r\n\r\ny\r\n',
  messageId: '<1@x>',
};
const of = (url: string) => ({ smtpUrlSealed: `sealed:${url}` });

describe('the platform’s own carrier', () => {
  it('is the sandbox mailbox where nothing is configured, SMTP or SES where that is; an identity without a server uses it', async () => {
    const carriers = [
      createCarriers(options),
      createCarriers({ ...options, mail: { ...none, smtpUrl: 'smtp://mail.example.com:2525' } }),
      createCarriers({ ...options, mail: { ...none, sesRegion: 'eu-central-1' } }),
    ];
    expect(carriers.map(({ own }) => own.key)).toEqual(['sandbox', 'smtp:mail.example.com:2525', 'ses:eu-central-1']);
    expect(carriers.map(({ ses }) => ses !== null)).toEqual([false, false, true]);
    for (const { own, of } of carriers) expect(of({ smtpUrlSealed: null })).toBe(own);
    await Promise.all(carriers.map((one) => one.close()));
    expect(closed).toEqual(['sandbox']);
  });
});

describe('an identity’s own server', () => {
  const carriers = createCarriers({ ...options, allowPrivateTargets: ['127.0.0.0/8'] });
  afterAll(() => carriers.close());

  it('takes its mail; the same URL has the same connections and rate, another password others; no key tells a password', async () => {
    await using server = await startScriptedServer();
    const carrier = carriers.of(of(server.url));
    expect(await carrier.send(mail)).toMatchObject({ kind: 'accepted' });
    expect(await carriers.of(of(server.url)).send(mail)).toMatchObject({ kind: 'accepted' });
    expect(server.counts.connections).toBe(1);
    expect(carriers.of(of(server.url))).toBe(carrier);
    const keys = ['one', 'two'].map((pass) => carriers.of(of(`smtp://ulak:${pass}@mail.example.com`)).key);
    expect(new Set(keys).size).toBe(2);
    expect(keys.join()).not.toMatch(/ulak|one|two/);
  });

  it('says how fast it may be used, where its URL does', async () => {
    const quota = (query: string) => carriers.of(of(`smtp://mail.example.com/${query}`)).quota!();
    expect(await quota('')).toBeNull();
    expect(await quota('?maxPerSecond=2.5&maxPerDay=1000')).toEqual({
      ratePerSecond: 2.5,
      dailyQuota: 1000,
      sentInDay: null,
    });
    expect(await quota('?maxPerSecond=-1&maxPerDay=NaN')).toBeNull();
  });

  it('of a hundred and one, the one used longest ago keeps no connection, but still sends', async () => {
    await using server = await startScriptedServer();
    const first = carriers.of(of(server.url));
    await first.send(mail);
    for (let i = 0; i < 100; i++) carriers.of(of(`smtp://mail${i}.example.com`));
    await expect.poll(() => server.open()).toBe(0);
    expect(carriers.of(of(server.url))).not.toBe(first);
    expect(await first.send(mail)).toMatchObject({ kind: 'accepted' });
    await expect.poll(() => server.open()).toBe(0);
  });
});

describe('an identity’s own server in a private network, SSRF', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '10.0.0.7',
    '192.168.1.1',
    '172.16.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '2130706433',
    '0x7f000001',
    '[fe80::1]',
    '[fc00::1]',
  ])('%s: nothing is connected to, the mail is certainly not sent', async (host) => {
    let connections = 0;
    const server = createServer(() => connections++);
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const carriers = createCarriers(options);
    const { port } = server.address() as { port: number };
    const outcome = await carriers.of(of(`smtp://${host}:${port}`)).send(mail);
    expect(outcome).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
    expect(connections).toBe(0);
    await carriers.close();
    server.close();
  });

  it('the operator’s own server may be anywhere', async () => {
    await using server = await startScriptedServer();
    const carriers = createCarriers({ ...options, mail: { ...none, smtpUrl: server.url } });
    expect(await carriers.own.send(mail)).toMatchObject({ kind: 'accepted' });
    await carriers.close();
    await expect.poll(() => server.open()).toBe(0);
  });
});
