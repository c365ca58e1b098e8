import { describe, expect, it } from 'vitest';
import { addressee, compile, compileHtml, compileMjml, composerOf, layoutOf, refusals, sender } from './content.ts';

const at = new Date('2026-03-02T09:00:00Z');
const complete = `<p>${sender.tradeName.replace('&', '&amp;')}, ${sender.contact}</p><p><a href="{{ unsubscribeUrl }}">Çık</a></p>`;

describe('what is added', () => {
  it('the sender, his contact and the link to unsubscribe, in the mail’s language, where they are missing', async () => {
    const [tr, en] = await Promise.all([compileHtml('<p>Selam</p>'), compileHtml('<p>Hi</p>', { language: 'en' })]);
    expect(tr.html).toContain('href="{{ unsubscribeUrl }}"');
    expect(tr.plain).toContain(sender.tradeName);
    expect(tr.plain).toContain(sender.contact);
    expect(tr.plain).toContain('Abonelikten çık ({{ unsubscribeUrl }})');
    expect(en.plain).toContain('Unsubscribe ({{ unsubscribeUrl }})');
  });

  it('nothing to a mail that says all of it', async () => {
    const { html, plain } = await compileHtml(complete);
    expect(html.match(/unsubscribeUrl/g)).toHaveLength(1);
    expect(plain.match(/Çınar/g)).toHaveLength(1);
  });

  it('a link to unsubscribe that only some would get is none', async () => {
    const link = '<a href="{{ unsubscribeUrl }}">Çık</a>';
    const { html } = await compileHtml(complete.replace(/<a.*<\/a>/, `{% if lastName %}${link}{% endif %}`));
    expect(html.match(/unsubscribeUrl/g)).toHaveLength(2);
  });

  it('a preheader, hidden, before all else and not in the plain text', async () => {
    const { html, plain } = await compileHtml('<html><body class="x"><p>Selam</p></body></html>', {
      preheader: 'Bahar <3 {{ firstName }}',
    });
    expect(html).toMatch(/<body class="x"><div style="display:none[^>]*>Bahar &#60;3 \{\{ firstName \}\}/);
    expect(plain).not.toContain('Bahar');
  });

  it('a name with signs of Liquid in it stays a name', async () => {
    const { html, plain } = await compileHtml('<p>Selam</p>', {
      identity: { tradeName: '{{ firstName }}', contact: 'x' },
    });
    const mail = composerOf({ ...(await compileHtml('<p>x</p>')), html, plain })(addressee, { at });
    expect(mail.raw).toContain('{{ firstName }}');
  });
});

describe('links', () => {
  it('are numbered by where they lead; the way out, mail, telephone and what differs by recipient are not', async () => {
    const { html, links } = await compileHtml(
      `<a href="https://a.example/?x=1&amp;y=2">1</a> <a href="https://b.example">2</a> <a href='https://a.example/?x=1&y=2'>1</a>
       <a href="mailto:a@b.example">m</a> <a href="tel:+90">t</a> <a href="#top">#</a> <a href="{{ unsubscribeUrl }}">u</a>
       <a href="https://c.example/?n={{ firstName }}">p</a>`,
    );
    expect(links).toEqual(['https://a.example/?x=1&y=2', 'https://b.example/']);
    expect(Array.from(html.matchAll(/href="(\{\{ link\d \}\})"/g), ([, slot]) => slot)).toEqual([
      '{{ link1 }}',
      '{{ link2 }}',
      '{{ link1 }}',
    ]);
    expect(html).toContain('href="https://c.example/?n={{ firstName | url_encode }}"');
  });

  it('400: what is no link, runs something, or lets a recipient’s name choose the site', async () => {
    const html = `<a href="/x">a</a>\n<a href="javascript:alert(1)">b</a>\n<a href="{{ firstName }}">c</a>\n<a href="https://{{ firstName }}.example/">d</a>`;
    expect((await refusals(compileHtml(html))).map((text) => text.slice(0, 12))).toEqual([
      'html: Line 1',
      'html: Line 2',
      'html: Line 3',
      'html: Line 4',
    ]);
    expect((await refusals(compileHtml(html), 'tr'))[0]).toBe(
      'html: 1. satır: "/x" bir bağlantı değil: https://, mailto: veya tel: ile tamamını yazın',
    );
  });
});

describe('400: what mail programs do not run or show', () => {
  it.each([
    '<script>1</script>',
    '<form></form>',
    '<iframe src="https://x.example"></iframe>',
    '<p onclick="x()">',
    '<meta http-equiv="Refresh" content="0">',
    '<base href="https://x.example">',
    '<img src="http://x.example/a.png">',
    '<img src="data:image/png;base64,AA">',
    '<img src="cid:a">',
    '<td background="http://x.example/a.png">',
    '<p style="background:url(http://x.example/a.png)">',
    '<style>p{background:url(http://x.example/a.png)}</style>',
    '<p style="width:expression(1)">',
    '<p {{ firstName }}>',
    '<p title={{ firstName }}>',
    '<p style="color:{{ firstName }}">',
    '<svg><script>1</script></svg>',
  ])('%s', async (html) => {
    const [first, ...others] = await refusals(compileHtml(`<p>\n</p>${html}`));
    expect([first, ...others].every((text) => text!.startsWith('html: Line 2: '))).toBe(true);
  });

  it('style sheets and fonts of other sites are taken out, with a warning', async () => {
    const { html, warnings } = await compileHtml(
      '<html><head><link rel="stylesheet" href="https://x.example/a.css"><style>@import url("https://x.example/b.css");p{color:red}</style></head><body><p>x</p></body></html>',
    );
    expect(html).not.toContain('x.example');
    expect(html).toContain('p{color:red}');
    expect(warnings.map(({ code }) => code)).toEqual(['external-styles-removed']);
  });
});

describe('personalisation, strict', () => {
  it.each([
    ['subject', { subject: 'Merhaba {{ name }}' }],
    ['subject', { subject: 'Merhaba {{ firstName' }],
    ['subject', { subject: 'a\r\nBcc: x@example.com' }],
    ['subject', { subject: ' ' }],
    ['subjectTest.subject', { otherSubject: '{{ firstName | nope }}' }],
    ['preheader', { preheader: '{% for x in y %}{% endfor %}' }],
  ])('400 at %s: %j', async (path, input) => {
    const [first] = await refusals(compileHtml('<p>x</p>', input));
    expect(first).toMatch(new RegExp(`^${path}: `));
  });

  it('400 with its line, for html and mjml', async () => {
    expect(await refusals(compileHtml('<p>\n{{ nam }}</p>'))).toEqual([
      expect.stringMatching(/^html: Line 2: there is no variable "nam"/),
    ]);
    expect(await refusals(compileMjml('\n\n{% if x %}'))).toEqual([expect.stringMatching(/^mjml: Line 3: /)]);
  });

  it('what raw keeps, and what only looks like Liquid once it is read, stays as it is', async () => {
    const content = await compileHtml('<p>{% raw %}{{ a }}{% endraw %} &#123;&#123; firstName }}</p>');
    const { raw } = composerOf(content)(addressee, { at });
    expect(raw.match(/\{\{ a \}\} \{\{ firstName \}\}/)).not.toBeNull();
  });
});

describe('MJML', () => {
  it('400: what MJML does not know or would drop, and files', async () => {
    expect(await refusals(compileMjml('\n<mj-foo />'))).toEqual([expect.stringMatching(/^mjml: Line 2: <mj-foo>/)]);
    expect(await refusals(compileMjml('{% if lastName %}<mj-section></mj-section>{% endif %}'))).toHaveLength(2);
    expect(await refusals(compileMjml('<mj-include path="/etc/passwd" />'))).toHaveLength(1);
    expect(await refusals(compileMjml('<mj-raw><script>1</script></mj-raw>'))).toHaveLength(1);
    expect(await refusals(compile({ kind: 'mjml', mjml: 'no mjml' }))).toHaveLength(1);
    expect(await refusals(compileMjml('<mj-section>'.repeat(9000)))).toHaveLength(1);
  });

  it('loads nothing from elsewhere, and is compiled in the mail’s words', async () => {
    const { html, links, plain } = await compileMjml(
      '<mj-section><mj-column><mj-text font-family="Roboto">Merhaba {{ firstName }}, ğüşiöçİı</mj-text><mj-button href="https://a.example/x?a=1&b=2">Git</mj-button></mj-column></mj-section>',
    );
    expect(html).not.toContain('googleapis');
    expect(links).toEqual(['https://a.example/x?a=1&b=2']);
    expect(plain).toContain('Merhaba {{ firstName }}, ğüşiöçİı');
    expect(plain).toContain('Git (https://a.example/x?a=1&b=2)');
  });
});

describe('our layouts', () => {
  it.each(['announcement', 'newsletter', 'offer'] as const)(
    '%s: text, picture, button and sender, escaped',
    async (layout) => {
      const { html, plain, links, sizeBytes, warnings } = await compile(
        layoutOf(layout, { text: 'a <b> & c\n\n{{ lastName }}' }),
      );
      expect(html).toContain('a &#60;b&#62; &#38; c');
      expect(links).toEqual(['https://example.com/bahar?a=1&b=2']);
      expect(plain).toContain('İlkbahar geldi, {{ firstName | default: "dostum" }}');
      expect(plain).toContain('Hemen incele');
      expect(html.match(/href="\{\{ unsubscribeUrl \}\}"/g)).toHaveLength(1);
      expect(sizeBytes).toBeLessThan(20 * 1024);
      expect(warnings).toEqual([]);
    },
  );

  it('400 at the field', async () => {
    const wrong = layoutOf('offer', {
      title: '{{ x }}',
      imageUrl: 'http://a.example/b.png',
      button: { label: '{{ y }}', url: 'https://a.example/{{ z }}' },
    });
    expect((await refusals(compile(wrong))).map((text) => text.split(':')[0])).toEqual([
      'layout.title',
      'layout.imageUrl',
      'layout.button.label',
      'layout.button.url',
    ]);
  });

  it('an address cannot leave its attribute', async () => {
    const { html } = await compile(
      layoutOf('offer', {
        imageUrl: 'https://a.example/"onerror="x.png',
        button: { label: 'x', url: 'https://a.example/?q="><b>' },
      }),
    );
    expect(html).not.toContain('"onerror');
    expect(html).not.toContain('"><b>');
  });
});

it('warns of what Gmail would cut off, of pictures without words and of long subjects', async () => {
  const html = `<img src="https://a.example/b.png">${'<p>Uzun bir metin</p>'.repeat(5500)}`;
  const { warnings } = await compileHtml(html, { subject: 's'.repeat(80) });
  expect(warnings.map(({ code }) => code)).toEqual(['large-mail', 'picture-without-alt', 'long-subject']);
});

it.each([
  ['pictures of styles without end', `<style>${'url('.repeat(40_000)}</style>`],
  ['one with blanks without end', `<style>url(${' '.repeat(150_000)}x</style>`],
  ['thousands of mistakes', '<svg>'.repeat(30_000)],
  ['elements inside one another', '<div>'.repeat(30_000)],
  ['blanks before a line that goes on', `<p>${'\u00a0'.repeat(150_000)}x</p>`],
])(
  'answers soon and never breaks: %s',
  async (_, html) => {
    await compileHtml(html).catch((error) => expect(error.code).toBe('invalid-request'));
    await compileMjml(`<mj-raw>${html}</mj-raw>`).catch((error) => expect(error.code).toBe('invalid-request'));
  },
  10_000,
);

it('400: longer than can be sent', async () => {
  expect(await refusals(compileHtml('x'.repeat(200_001)))).toEqual([expect.stringMatching(/^html: At most 200000/)]);
});
