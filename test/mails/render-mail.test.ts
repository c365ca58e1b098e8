import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { readConfig } from '#src/config.ts';
import { mailKinds } from '#src/db/schema/emails.ts';
import { composeMail } from '#src/mails/compose-mail.ts';
import { createMailRenderer } from '#src/mails/create-mail-renderer.ts';
import { sampleData } from '#src/mails/mail-data.ts';

const render = createMailRenderer();
const samples = sampleData('https://ulak.example.com');
const config = readConfig({ MAIL_FROM: 'Ulak Çeviri <ulak@mail.example.com>' });
const all = mailKinds.flatMap((kind) => [[kind, 'tr'] as const, [kind, 'en'] as const]);

describe('the system’s own mails', () => {
  it.each(all)('%s in %s: whole, filled, readable in the dark and as plain text', async (kind, language) => {
    const { subject, html, plain } = await render(kind, language, samples[kind]);
    for (const text of [subject, html.replace(/<style[\s\S]*?<\/style>/g, ''), plain])
      expect(text).not.toMatch(/[{}]|undefined/);
    expect(html).toContain(`lang="${language}"`);
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).not.toMatch(/<script|fonts\.googleapis|<img/);
    expect(Buffer.byteLength(html)).toBeLessThan(40_000);
    const { url } = samples[kind] as { url?: string };
    if (url) {
      expect(plain).toContain(url);
      expect(html).toContain(`href="${url}"`);
    }
  });

  it('times are written as in the language', async () => {
    const said = async (language: 'tr' | 'en') =>
      (await render('appointment-reminder', language, sampleData('', language)['appointment-reminder'])).plain;
    expect(await said('tr')).toContain('16 Mart 2026 Pazartesi 21:00');
    expect(await said('en')).toContain('Monday, March 16, 2026 at 9:00 PM');
  });

  it('numbers are written as in the language', async () => {
    expect((await render('campaign-finished', 'tr', samples['campaign-finished'])).plain).toContain('12.480');
    expect((await render('campaign-finished', 'en', samples['campaign-finished'])).plain).toContain('12,480');
  });

  it('arrive as they were meant: Turkish letters, both parts, from whom, and no machine answers them', async () => {
    const made = await render('invitation', 'tr', samples.invitation);
    const at = new Date('2026-03-02T09:00:00Z');
    const mail = await composeMail({ config }, { id: 'abc', to: 'ayse@example.com', at }, made);
    expect(mail).toMatchObject({
      from: 'ulak@mail.example.com',
      to: 'ayse@example.com',
      messageId: '<abc@mail.example.com>',
    });
    const parsed = await PostalMime.parse(mail.raw);
    expect(parsed).toMatchObject({
      subject: 'Çınar & Şahin Ltd. sizi Ulak’a davet ediyor',
      from: { name: 'Ulak Çeviri', address: 'ulak@mail.example.com' },
      messageId: '<abc@mail.example.com>',
      text: expect.stringContaining('Burak Demir, sizi Çınar & Şahin Ltd. ekibine ekledi.'),
      html: expect.stringContaining('Çınar &amp; Şahin Ltd.'),
    });
    expect(parsed.headers).toEqual(
      expect.arrayContaining([expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' })]),
    );
    expect(mail.raw.toString().replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('whatever a name holds, it stays text: no element, no header, no gap filled twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (noise) => {
        const name = `</p><script>alert(1)</script>\r\nBcc: everybody@example.com {url} ${noise}`;
        const data = { organization: name, inviter: name, url: 'https://ulak.example.com/x' };
        const made = await render('invitation', 'en', data);
        expect(made.html).not.toContain('<script');
        expect(made.html.match(/href="https:\/\/ulak\.example\.com\/x"/g)).toHaveLength(2);
        expect(made.subject).not.toMatch(/[\r\n]/);
        const mail = await composeMail({ config }, { id: 'a', to: 'b@example.com', at: new Date() }, made);
        const { headers } = await PostalMime.parse(mail.raw);
        expect(headers.map(({ key }) => key)).not.toContain('bcc');
      }),
      { numRuns: 50 },
    );
  });
});
