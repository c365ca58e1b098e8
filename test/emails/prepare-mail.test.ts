import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { readToken } from '#src/emails/mail-token.ts';
import { escapeHtml } from '#src/personalisation/text-filters.ts';
import { addressee, campaign, compile, compileHtml, composerOf, keys, layoutOf, PUBLIC_URL } from './content.ts';

const at = new Date('2026-03-02T09:00:00Z');
const nasty = fc.constantFrom(
  'İıĞğÜüŞşÖöÇç',
  '👩‍👧‍👦',
  '.',
  '..',
  'From ',
  '=',
  '=3D',
  '=?utf-8?B?YQ==?=',
  '\r\nBcc: x@example.com',
  '\n.\n',
  '"<>&\\',
  ' ',
  '{{ x }}',
  'x'.repeat(200),
  'ş'.repeat(90),
);
const names = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 20 })), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));

/** What is left of a value: a line of visible text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is left out
const seen = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').toWellFormed();
const filled = (text: string) => (text.trim() ? seen(text) : '');

function expectWellFormed(raw: string): void {
  expect(Array.from(raw).every((sign) => sign <= '~')).toBe(true);
  expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const [head, ...bodies] = raw.split('\r\n\r\n');
  for (const line of head!.split('\r\n'))
    expect(line.length).toBeLessThanOrEqual(line.startsWith('List-Unsubscribe: ') ? 998 : 200);
  for (const line of bodies.join('\r\n\r\n').split('\r\n')) {
    expect(line.length).toBeLessThanOrEqual(76);
    expect(line).not.toMatch(/^(\.|From )/);
  }
}

describe('a mail', () => {
  it('reads as it was meant, whoever it is for', { timeout: 60_000 }, async () => {
    const content = await compileHtml(
      '<p>.Sayın {{ firstName }}</p>\n{% if lastName %}<b title="{{ lastName }}">{{ lastName | upcase }} =</b>{% endif %}<a href="https://a.example/?n={{ firstName }}">x</a>',
      { subject: 'Merhaba {{ firstName }}, {{ lastName | default: "dost" }}' },
    );
    const compose = composerOf(content);
    await fc.assert(
      fc.asyncProperty(names, names, async (firstName, lastName) => {
        const mail = compose(
          { ...addressee, name: `${firstName} ${lastName}`, variables: { firstName, lastName } },
          { at },
        );
        expectWellFormed(mail.raw);
        const read = await PostalMime.parse(mail.raw);
        const [first, last] = [filled(firstName), filled(lastName)];
        expect(read.subject).toBe(mail.subject);
        expect(mail.subject).toBe(`Merhaba ${first}, ${last || 'dost'}`.trim());
        expect(read.headers.filter(({ key }) => key === 'bcc')).toEqual([]);
        expect(read.to).toEqual([{ name: seen(`${firstName} ${lastName}`).trim(), address: addressee.address }]);
        expect(read.html).toContain(`<p>.Sayın ${escapeHtml(first)}</p>`);
        if (last)
          expect(read.html).toContain(
            `<b title="${escapeHtml(last)}">${escapeHtml(last.toLocaleUpperCase('tr'))} =</b>`,
          );
        else expect(read.html).not.toContain('<b ');
        const [, encoded] = /href="https:\/\/a\.example\/\?n=([^"]*)"/.exec(read.html!)!;
        expect(decodeURIComponent(encoded!)).toBe(first);
        expect(read.text).toContain(`.Sayın ${first}`);
      }),
      { numRuns: 150, examples: [['. İıĞğÜüŞşÖöÇç', '']] },
    );
  });

  it('bears its headers: sender, way out, whose it is', async () => {
    const identity = {
      fromName: 'Çınar, "Mağaza"',
      fromEmail: 'bilgi@cinar.example',
      domain: 'cinar.example',
      replyTo: 'satis@cinar.example',
    };
    const mail = composerOf(await compile(layoutOf('offer')), { identity })(addressee, { at });
    const read = await PostalMime.parse(mail.raw);
    const header = (name: string) => read.headers.find(({ key }) => key === name)?.value;
    expect(read.from).toEqual({ name: identity.fromName, address: identity.fromEmail });
    expect(read.replyTo).toEqual([{ name: '', address: identity.replyTo }]);
    expect(read.messageId).toBe(`<${addressee.recipientId}.${campaign.id}@cinar.example>`);
    expect(header('date')).toBe('Mon, 02 Mar 2026 09:00:00 +0000');
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(header('feedback-id')).toBe(`${campaign.id}:${campaign.organizationId}:campaign:ulakmail`);
    expect(header('x-ulak-recipient')).toBe(addressee.recipientId);
    const [, token] = /^<https:\/\/mail\.example\.com\/u\/([\w-]+)>$/.exec(header('list-unsubscribe')!)!;
    expect(readToken(keys, 'unsubscribe', token!)).toMatchObject({
      recipientId: addressee.recipientId,
      organizationId: campaign.organizationId,
      language: 'tr',
    });
    expect(read.html).toContain(`href="${PUBLIC_URL}/u/${token}"`);
    expect(read.text).toContain(`Abonelikten çık (${PUBLIC_URL}/u/${token})`);
  });

  it('follows links and opens only where the campaign asks for it', async () => {
    const content = await compile(layoutOf('announcement'));
    const open = { ...campaign, trackOpens: true, trackClicks: true };
    const [tracked, plain] = await Promise.all(
      [open, campaign].map(async (one) =>
        PostalMime.parse(composerOf(content, { campaign: one })(addressee, { at }).raw),
      ),
    );
    expect(plain!.html).toContain('href="https://example.com/bahar?a=1&#38;b=2"');
    expect(plain!.html).not.toMatch(/\/[oc]\//);
    expect(tracked!.html).not.toContain('https://example.com/bahar');
    const [trap, first] = Array.from(
      tracked!.html!.matchAll(/\/c\/([\w-]+)"/g),
      ([, token]) => readToken(keys, 'click', token!)!,
    ).sort((a, b) => a.link - b.link);
    expect([trap!.link, first!.link]).toEqual([0, 1]);
    expect(readToken(keys, 'open', /\/o\/([\w-]+)"/.exec(tracked!.html!)![1]!)).toEqual({
      kind: 'open',
      recipientId: addressee.recipientId,
    });
    expect(tracked!.text).toContain('https://example.com/bahar?a=1&b=2');
  });

  it('to look at: unsubscribes nobody and follows nothing', async () => {
    const { raw } = composerOf(await compile(layoutOf('newsletter')), { campaign: null })(addressee, { at });
    expect(raw).toContain(`List-Unsubscribe: <${PUBLIC_URL}/u/sample>`);
    expect(raw).not.toContain('Feedback-ID');
  });

  it('has the second subject where it is asked for', async () => {
    const compose = composerOf(await compileHtml('<p>x</p>', { otherSubject: 'İkinci {{ firstName }}' }));
    expect(compose(addressee, { at, subject: 1 }).subject).toBe('İkinci Ayşe');
    expect(compose(addressee, { at, subject: 0 }).subject).toBe('Merhaba Ayşe');
  });

  it.each(['a@b\r\nBcc: c@d', 'a b@c', '<a@b>', 'a@b, c@d', 'ş@example.com'])(
    'cannot be made for %j',
    async (address) => {
      const compose = composerOf(await compileHtml('<p>x</p>'));
      expect(() => compose({ ...addressee, address }, { at })).toThrow('address');
    },
  );

  it('fills what stands inside a condition too', async () => {
    const content = await compileHtml(
      '{% if firstName == "Ayşe" %}<a href="https://a.example/x">a</a> <a href="{{ unsubscribeUrl }}">u</a>{% else %}b{% endif %}',
    );
    const read = await PostalMime.parse(
      composerOf(content, { campaign: { ...campaign, trackClicks: true } })(addressee, { at }).raw,
    );
    expect(read.html!.match(/\/c\//g)).toHaveLength(2);
    expect(read.html!.match(/\/u\//g)).toHaveLength(2);
  });
});
