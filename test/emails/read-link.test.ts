import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideLiquid } from '#src/emails/hide-liquid.ts';
import { readLink } from '#src/emails/read-link.ts';

const read = (href: string) => {
  const hidden = hideLiquid(href);
  const target = readLink(hidden.text, hidden);
  return target.kind === 'untouched' ? { ...target, href: hidden.restore(target.href) } : target;
};

describe('readLink', () => {
  it.each([
    ['https://a.example/x?a=1', 'https://a.example/x?a=1'],
    ['  http://a.example  ', 'http://a.example/'],
    ['https://çay.example/ş', 'https://xn--ay-3ia.example/%C5%9F'],
  ])('%s is a link to count', (href, url) => {
    expect(read(href)).toEqual({ kind: 'tracked', url });
  });

  it.each(['mailto:a@b.example', 'tel:+902121234567', '#top', ''])('%s stays as it is', (href) => {
    expect(read(href)).toEqual({ kind: 'untouched', href });
  });

  it('knows the link to unsubscribe, alone', () => {
    expect(read('{{ unsubscribeUrl }}')).toEqual({ kind: 'unsubscribe' });
    expect(read('{{ unsubscribeUrl }}x').kind).toBe('mistake');
  });

  it('what a recipient is called is encoded, and never chooses the site', () => {
    expect(read('https://a.example/?n={{ firstName }}')).toEqual({
      kind: 'untouched',
      href: 'https://a.example/?n={{ firstName | url_encode }}',
    });
    for (const href of ['{{ firstName }}', 'https://{{ firstName }}.example/', 'https://a.example{{ firstName }}'])
      expect(read(href).kind).toBe('mistake');
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '/relative',
    'www.a.example',
    `https://a.example/${'x'.repeat(2000)}`,
  ])('refuses %s, in both languages', (href) => {
    const target = read(href);
    expect(target).toMatchObject({ kind: 'mistake', text: { tr: expect.any(String), en: expect.any(String) } });
  });

  it('whatever is counted is http', () => {
    fc.assert(
      fc.property(fc.tuple(fc.constantFrom('https://a.example/', 'http:', 'javascript:', ''), fc.string()), (parts) => {
        const href = parts.join('');
        const target = readLink(href, hideLiquid(''));
        if (target.kind === 'tracked') expect(target.url).toMatch(/^https?:\/\//);
      }),
      { numRuns: 200 },
    );
  });
});
