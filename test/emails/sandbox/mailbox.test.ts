import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { RawMail } from '#src/channels/email/carrier.ts';
import { carrierEvents, sandboxMails } from '#src/db/schema/emails.ts';
import { readMailEvent } from '#src/emails/read-mail-event.ts';
import { createSandboxCarrier } from '#src/emails/sandbox/create-sandbox-carrier.ts';
import { saveSandboxMail } from '#src/emails/sandbox/save-sandbox-mail.ts';
import { startSandboxServer } from '#src/emails/sandbox/start-sandbox-server.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';

const world = await createWorld();
const { ctx } = world;
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await ctx.db.delete(sandboxMails);
  await ctx.db.delete(carrierEvents);
});

const recipientId = newId();
const rawMail = (headers: string[], body = 'Merhaba\r\n') =>
  [`X-Ulak-Recipient: ${recipientId}`, 'MIME-Version: 1.0', ...headers, '', body].join('\r\n');
const mailTo = (to: string, raw = rawMail(['Subject: =?utf-8?Q?=C4=B0ndirim?='])): RawMail => ({
  from: 'haber@acme.example.com',
  to,
  raw,
  messageId: '<1@acme.example.com>',
});
const send = (to: string, raw?: string) => ctx.carriers.own.send(mailTo(to, raw));
const events = async () =>
  (await ctx.db.select().from(carrierEvents).orderBy(carrierEvents.id)).map((row) => readMailEvent(row)!);
const list = async (query = '') => (await (await world.call('GET', `/sandbox/mail${query}`)).json()).data;
const keep = async (raw: string) => {
  const sender = 'haber@acme.example.com';
  return saveSandboxMail(ctx, { sender, recipients: ['ayse@example.com'], raw: Buffer.from(raw) });
};
const page = (path: string, language = 'tr') =>
  world.call('GET', path, undefined, { accept: 'text/html', 'accept-language': language });

describe('what becomes of a mail in the sandbox, by its address', () => {
  it('any other: taken, kept as it came, and reported as delivered, by the id that the carrier gave it', async () => {
    const outcome = await send('ayse@example.com');
    const [kept] = await list();
    expect(outcome).toEqual({ kind: 'accepted', value: { providerMessageId: kept.id } });
    expect(kept).toMatchObject({ subject: 'İndirim', recipients: ['ayse@example.com'], rejected: false });
    const raw = await (await world.call('GET', `/sandbox/mail/${kept.id}/raw`)).text();
    expect(raw).toBe(rawMail(['Subject: =?utf-8?Q?=C4=B0ndirim?=']));
    const about = { recipientId, messageId: kept.id, address: 'ayse@example.com', at: world.clock.now() };
    expect(await events()).toEqual([{ type: 'delivery', ...about }]);
  });

  it.each([
    ['bounce@example.com', [{ type: 'bounce', bounce: { kind: 'hard', code: '5.1.1' } }]],
    ['Bounce+7@example.com', [{ type: 'bounce', bounce: { kind: 'hard' } }]],
    ['full@example.com', [{ type: 'bounce', bounce: { kind: 'soft', code: '4.2.2' } }]],
    ['complaint@example.com', [{ type: 'delivery' }, { type: 'complaint' }]],
    ['bouncer@example.com', [{ type: 'delivery' }]],
  ])('%s: taken, and reported', async (to, reported) => {
    expect(await send(to)).toMatchObject({ kind: 'accepted' });
    expect(await events()).toMatchObject(reported);
    expect(await list()).toHaveLength(1);
  });

  it.each([
    ['reject@example.com', { kind: 'rejected', reason: 'invalid-address' }, [{ rejected: true }]],
    ['spam@example.com', { kind: 'rejected', reason: 'invalid-content' }, []],
  ])('%s: refused at once, nothing reported', async (to, outcome, kept) => {
    expect(await send(to)).toMatchObject(outcome);
    expect(await list()).toMatchObject(kept);
    expect(await events()).toEqual([]);
  });

  it('later@…: refused twice for now, then taken', async () => {
    for (let attempt = 0; attempt < 2; attempt++)
      expect(await send('later@example.com')).toMatchObject({ kind: 'unavailable', reason: 'recipient-temporary' });
    expect(await send('later@example.com')).toMatchObject({ kind: 'accepted' });
    expect(await send('later@example.com')).toMatchObject({ kind: 'unavailable' });
    expect(await events()).toMatchObject([{ type: 'delivery' }]);
  });

  it('lost@…: the connection ends after the mail was taken: unknown, once, until the report settles it', async () => {
    expect(await send('lost@example.com')).toMatchObject({ kind: 'unknown', reason: 'connection-lost' });
    expect(await list()).toHaveLength(1);
    expect(await events()).toMatchObject([{ type: 'delivery', recipientId }]);
    expect(await send('ayse@example.com')).toMatchObject({ kind: 'accepted' });
  });

  it('slow@…: taken after a while; all of it closes while one is on its way', async () => {
    const timeouts = { connect: 1_000, command: 1_000, data: 10_000, idle: 1_000 };
    const carrier = createSandboxCarrier(() => startSandboxServer(ctx, { slowMs: 80 }), timeouts);
    const began = performance.now();
    expect(await carrier.send(mailTo('slow@example.com'))).toMatchObject({ kind: 'accepted' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(79);
    const late = createSandboxCarrier(() => startSandboxServer(ctx, { slowMs: 60_000 }), timeouts);
    const sending = late.send(mailTo('slow@example.com'));
    await expect.poll(() => ctx.db.$count(sandboxMails)).toBe(2);
    await Promise.all([carrier.close(), late.close()]);
    expect(await sending).toMatchObject({ kind: 'unknown' });
  });

  it('a hundred at once are each kept once; a mail of nobody’s campaign is reported to nobody', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, i) => send(`c${i}@example.com`)));
    expect(await ctx.db.$count(sandboxMails)).toBe(100);
    expect(await ctx.db.$count(carrierEvents)).toBe(100);
    await send('ayse@example.com', 'Subject: Parola\r\n\r\nMerhaba\r\n');
    expect(await ctx.db.$count(carrierEvents)).toBe(100);
  });
});

describe('GET /sandbox/mail', () => {
  it('200: newest first by pages; found by Turkish letters however they are typed, as JSON and as a page', async () => {
    for (const [to, subject] of [
      ['ismail@example.com', 'Çığ'],
      ['ayse@example.com', 'İNDİRİM BAŞLADI'],
      ['ayse@example.com', ''],
    ])
      await saveSandboxMail(ctx, {
        sender: 'a@x.example.com',
        recipients: [to!],
        raw: Buffer.from(`Subject: ${subject}\r\n\r\n`),
      });
    const first = await (await world.call('GET', '/sandbox/mail?limit=2')).json();
    expect(first.data.map(({ subject }: { subject: string }) => subject)).toEqual(['', 'İNDİRİM BAŞLADI']);
    const rest = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect(rest.map(({ subject }: { subject: string }) => subject)).toEqual(['Çığ']);
    for (const search of ['indirim basladi', 'INDIRIM', 'başladı ayse', 'İndirim'])
      expect(await list(`?search=${encodeURIComponent(search)}`)).toHaveLength(1);
    expect(await list('?search=%25')).toEqual([]);
    const turkish = await (await page('/sandbox/mail?limit=2')).text();
    expect(turkish).toContain('<html lang="tr">');
    expect(turkish).toContain('İNDİRİM BAŞLADI');
    expect(turkish).toContain('(konu yok)');
    expect(turkish).toContain('rel="next"');
    expect(await (await page('/sandbox/mail?search=nobody', 'en')).text()).toContain('No mail matches your search.');
  });

  it('keeps the newest 2,000, and no more than 256 MB of them', async () => {
    await ctx.db.execute(sql`
      insert into sandbox_mails (id, sender, recipients, subject, raw, size_bytes, received_at)
      select uuid_v7(), 'a', '{b}', 'old', '', 1, now() from generate_series(1, 2100)`);
    await keep(`Subject: big\r\n\r\n${'x'.repeat(1_100_000)}`);
    expect(await ctx.db.$count(sandboxMails)).toBe(2_000);
    expect((await list('?limit=1'))[0].subject).toBe('big');
    await ctx.db.execute(sql`update sandbox_mails set size_bytes = 90000000 where subject = 'old'`);
    await keep(`Subject: bigger\r\n\r\n${'x'.repeat(1_100_000)}`);
    expect((await list()).map(({ subject }: { subject: string }) => subject)).toEqual(['bigger', 'big', 'old', 'old']);
  });
});

describe('GET /sandbox/mail/{id}', () => {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
  const related = rawMail(
    ['Subject: =?utf-8?B?xLBuZGlyaW0gxJ7DvMWfxLE=?=', 'Content-Type: multipart/mixed; boundary="b"'],
    [
      '--b',
      'Content-Type: multipart/alternative; boundary="c"',
      '',
      '--c',
      'Content-Type: text/plain; charset=iso-8859-9',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Say=FDn Ay=FEe =DDnci, =E7i=E7ek',
      '--c',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>Sayın Ayşe İnci <img src="cid:logo@x"><img src="cid:page@x"></p>',
      '--c--',
      '--b',
      'Content-Type: image/png',
      'Content-ID: <logo@x>',
      'Content-Transfer-Encoding: base64',
      '',
      png,
      '--b',
      'Content-Type: text/html',
      'Content-ID: <page@x>',
      'Content-Disposition: attachment; filename="a.html"',
      '',
      '<script>alert(1)</script>',
      '--b',
      "Content-Type: application/pdf; name*=utf-8''%C3%96deme%20%C5%9Eart%C4%B1.pdf",
      'Content-Disposition: attachment; filename="=?utf-8?B?w5ZkZW1lIMWeYXJ0xLEucGRm?="',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('%PDF-1.4').toString('base64'),
      '--b--',
      '',
    ].join('\r\n'),
  );

  it('200: Turkish letters in every encoding, attachments by name, pictures of its own in their place and nothing else', async () => {
    const id = await keep(related);
    const mail = await (await world.call('GET', `/sandbox/mail/${id}`)).json();
    expect(mail).toMatchObject({
      subject: 'İndirim Ğüşı',
      text: expect.stringContaining('Sayın Ayşe İnci, çiçek'),
      html: expect.stringContaining(`<img src="data:image/png;base64,${png}"><img src="cid:page@x">`),
    });
    expect(mail.attachments).toEqual([
      { name: '', mimeType: 'image/png', sizeBytes: 68 },
      { name: 'a.html', mimeType: 'text/html', sizeBytes: expect.any(Number) },
      { name: 'Ödeme Şartı.pdf', mimeType: 'application/pdf', sizeBytes: 8 },
    ]);
    expect(mail.headers[0]).toEqual({ name: 'X-Ulak-Recipient', value: recipientId });
    const shown = await (await page(`/sandbox/mail/${id}`)).text();
    for (const words of ['İndirim Ğüşı', 'Ekler', 'Ödeme Şartı.pdf', 'Başlıklar', 'Düz metin'])
      expect(shown).toContain(words);
  });

  it('hostile HTML may do nothing: no scripts, no forms, no origin of its own; the page around it repeats none of it', async () => {
    const evil = '</pre></iframe><script>alert(document.domain)</script><img src=x onerror=alert(1)>';
    const id = await keep(
      rawMail(
        [`Subject: ${evil}`, `X-Evil: ${evil}`, 'Content-Type: text/html'],
        `<html><head><base href="https://evil.example"></head><body>${evil}<form action="https://evil.example"><meta http-equiv="refresh" content="0;url=https://evil.example"></body></html>`,
      ),
    );
    const inner = await world.call('GET', `/sandbox/mail/${id}/html`);
    const policy = inner.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';/);
    expect(policy).not.toMatch(/script-src|allow-scripts|allow-same-origin|allow-forms|allow-top-navigation/);
    expect(policy).toContain("form-action 'none'");
    expect(inner.headers.get('x-content-type-options')).toBe('nosniff');
    for (const path of [
      `/sandbox/mail/${id}`,
      '/sandbox/mail',
      `/sandbox/mail?search=${encodeURIComponent('script')}`,
    ]) {
      const outer = await page(path);
      expect(outer.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'/,
      );
      const text = await outer.text();
      expect(text).not.toMatch(/<script|<img|<\/pre><\/iframe>/);
      expect(text).toContain('&lt;script&gt;');
    }
    expect(await (await page(`/sandbox/mail/${id}`)).text()).toMatch(
      /<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/,
    );
    const raw = await world.call('GET', `/sandbox/mail/${id}/raw`);
    expect(raw.headers.get('content-type')).toBe('message/rfc822');
    expect(raw.headers.get('content-disposition')).toBe(`attachment; filename="${id}.eml"`);
  });

  it.each([
    ['nothing', ''],
    ['no headers', '\r\n\r\nx'],
    [
      'nested without end',
      Array.from({ length: 300 }, (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`).join(
        '',
      ),
    ],
    [
      'bytes that are no text',
      'Subject: =?utf-8?B?//79?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\x00\xff\xfe',
    ],
    ['a header without end', `Subject: ${'ş'.repeat(300_000)}\r\n\r\nx`],
  ])('200: %s', async (_, raw) => {
    const id = await keep(raw);
    expect((await world.call('GET', `/sandbox/mail/${id}`)).status).toBe(200);
    expect((await page(`/sandbox/mail/${id}`)).status).toBe(200);
    expect((await world.call('GET', `/sandbox/mail/${id}/html`)).status).toBe(200);
    expect((await page('/sandbox/mail')).status).toBe(200);
  });

  it('200: of a huge one its beginning, and soon', async () => {
    const id = await keep(`Subject: x\r\n\r\n${'Merhaba dünya\r\n'.repeat(350_000)}`);
    const began = performance.now();
    const { truncated, text } = await (await world.call('GET', `/sandbox/mail/${id}`)).json();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(truncated).toBe(true);
    expect(text).toMatch(/^Merhaba dünya\n/);
    expect(await (await page(`/sandbox/mail/${id}`)).text()).toContain('yalnızca başı gösteriliyor');
  });

  it('over 40 MB: refused for what it holds, and the next goes through', async () => {
    const huge = `Subject: x\r\n\r\n${`${'x'.repeat(998)}\r\n`.repeat(42_500)}`;
    expect(await send('ayse@example.com', huge)).toMatchObject({ kind: 'rejected', reason: 'invalid-content' });
    expect(await list()).toEqual([]);
    expect(await send('ayse@example.com')).toMatchObject({ kind: 'accepted' });
  });

  it('one refused at RCPT says so, in both languages', async () => {
    await send('reject@example.com');
    const [{ id }] = await list();
    expect(await (await page(`/sandbox/mail/${id}`)).text()).toContain('Sunucu bu adresi reddetti');
    expect(await (await page(`/sandbox/mail/${id}`, 'en')).text()).toContain('The server refused this address');
  });
});

it.each([{ SMTP_URL: 'smtp://mail.example.com' }, { SES_REGION: 'eu-central-1' }])(
  '404: with %o there is no mailbox to look into',
  async (env) => {
    await using real = await createWorld({ env: env as unknown as Record<string, string> });
    const id = await saveSandboxMail(real.ctx, { sender: 'a', recipients: ['b'], raw: Buffer.from('') });
    for (const path of ['', `/${id}`, `/${id}/html`, `/${id}/raw`])
      expect((await real.call('GET', `/sandbox/mail${path}`)).status).toBe(404);
  },
);
