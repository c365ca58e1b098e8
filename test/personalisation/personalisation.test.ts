import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { describe, expect, test } from 'vitest';
import {
  campaignVariables,
  parsePersonalised,
  renderPersonalised,
  type Variables,
  variablesUsed,
} from '#src/personalisation/personalisation.ts';

const parse = (text: string) => {
  const parsed = parsePersonalised(text, campaignVariables);
  if (!parsed.ok) throw new Error(parsed.error.en);
  return parsed.template;
};
const render = (text: string, variables: Variables = {}, language?: 'tr' | 'en') =>
  renderPersonalised(parse(text), variables, language);
const refusal = (text: string) => {
  const parsed = parsePersonalised(text, campaignVariables);
  if (parsed.ok) throw new Error(`accepted: ${text}`);
  return parsed.error;
};

describe('a personalised text', () => {
  test('puts the recipient’s own words in', () => {
    expect(render('Merhaba {{ firstName }} {{lastName}}!', { firstName: 'Ayşe', lastName: 'Yılmaz' })).toBe(
      'Merhaba Ayşe Yılmaz!',
    );
  });

  test.each([undefined, null, '', '  '])(
    'falls back on the default, and is nil to a condition, when the name is %j',
    (firstName) => {
      expect(render('Sayın {{ firstName | default: "müşterimiz" }}', { firstName })).toBe('Sayın müşterimiz');
      expect(render('Sayın {{ firstName }}', { firstName })).toBe('Sayın ');
      expect(render('{% if firstName %}var{% else %}yok{% endif %}', { firstName })).toBe('yok');
    },
  );

  test.each([
    ['{{ firstName | upcase }}', 'istanbul', 'İSTANBUL', 'ISTANBUL'],
    ['{{ firstName | capitalize }}', 'istanbul', 'İstanbul', 'Istanbul'],
    ['{{ firstName | downcase }}', 'ISPARTA', 'ısparta', 'isparta'],
    ['{{ firstName | capitalize }}', 'İREM IŞIK', 'İrem ışık', undefined],
  ])('%s of %s follows the language', (text, firstName, turkish, english) => {
    expect(render(text, { firstName })).toBe(turkish);
    expect(render(text, { firstName }, 'tr')).toBe(turkish);
    if (english) expect(render(text, { firstName }, 'en')).toBe(english);
  });

  test.each([
    ['{{ firstName | strip }}.', { firstName: ' Ali ' }, 'Ali.'],
    ['{{ firstName | append: "!" | prepend: "¡" }}', { firstName: 'Ali' }, '¡Ali!'],
    ['{{ firstName | replace: "a", "e" | remove: "k" }}', { firstName: 'kara' }, 'ere'],
    ['{{ firstName | truncate: 4 }}', { firstName: 'Abdülkerim' }, 'Abd…'],
    ['{{ firstName | truncate: 3, "" }}', { firstName: '👨‍👩‍👧aile' }, '👨‍👩‍👧ai'],
    ['{{ firstName | escape }}', { firstName: '<b>&"' }, '&#60;b&#62;&#38;&#34;'],
    ['{{ lastName | default: firstName }}', { firstName: 'Ali' }, 'Ali'],
    ['{% unless email %}e-postasız{% endunless %}', {}, 'e-postasız'],
    ['{% case firstName %}{% when "Ali", "Veli" or "Can" %}bey{% else %}-{% endcase %}', { firstName: 'Can' }, 'bey'],
    ['{% if email contains "@example.com" and not lastName %}x{% endif %}', { email: 'a@example.com' }, 'x'],
    ['{% raw %}{{ firstName }}{% endraw %}', { firstName: 'Ali' }, '{{ firstName }}'],
    ['Satır 1\r\n  {{- firstName -}}  \n', { firstName: 'Ali' }, 'Satır 1Ali'],
    ['{{ firstName | replace: "", "yy" }}', { firstName: 'x'.repeat(60_000) }, 'x'.repeat(60_000)],
  ])('%s', (text, variables, expected) => {
    expect(render(text, variables)).toBe(expected);
  });

  test('tells which variables it reads, in filters and conditions too, each once', () => {
    const text = '{{ firstName | default: lastName }}{% if email == phone %}{{ firstName }}{% endif %}';
    expect([...variablesUsed(parse(text))].sort()).toEqual(['email', 'firstName', 'lastName', 'phone']);
    expect([...variablesUsed(parse(text))].sort()).toEqual(new Liquid().globalVariablesSync(text).sort());
    expect(variablesUsed(parse('Merhaba'))).toEqual([]);
  });
});

describe('refused, with the line, in both languages', () => {
  test('an unknown name, wherever it stands', () => {
    expect(refusal('Merhaba\n{{ isim }}')).toEqual({
      en: 'Line 2: there is no variable "isim"; there are firstName, lastName, fullName, phone, email',
      tr: '2. satır: "isim" adında bir değişken yok; olanlar: firstName, lastName, fullName, phone, email',
    });
    const places = [
      '{{ "a" | append: isim }}',
      '{{ firstName | default: isim }}',
      '{% if isim %}{% endif %}',
      '{% if firstName %}{% elsif isim %}{% endif %}',
      '{% if firstName == isim %}{% endif %}',
      '{% unless firstName and isim %}{% endunless %}',
      '{% case firstName %}{% when isim %}{% endcase %}',
      '{% case firstName %}{{ isim }}{% when "a" %}{% endcase %}',
      '{% if firstName %}{% if email %}{{ isim }}{% endif %}{% endif %}',
      '{{ isim.ad }}',
      '{{ isim["ad"] }}',
    ];
    for (const text of places) expect(refusal(text).en).toMatch(/there is no variable "isim/);
  });

  test.each([
    ['{{ firstName.size }}', /there is no variable "firstName.size"/],
    ['{{ constructor }}', /there is no variable/],
    ['{{ __proto__ }}', /there is no variable/],
    ['{{ firstName | shout }}', /there is no filter "shout"/],
    ['{{ firstName | toString }}', /there is no filter "toString"/],
    ['{{ firstName | json }}', /there is no filter "json"/],
    ['{{ firstName | default }}', /"default" takes 1 value/],
    ['{{ firstName | upcase: "x" }}', /"upcase" takes no value/],
    ['{{ firstName | truncate: 1, 2, 3 }}', /"truncate" takes 1 to 2 value/],
    ['{{ firstName | default: allow_false: true }}', /"default" takes 1 value/],
    ['{{ firstName | default: “müşterimiz” }}', /cannot be understood: “müşterimiz”/],
    ['{{ firstName | default: "x }}', /never closed/],
    ['{{ firstName', /\{\{ firstName is never closed/],
    ['{{ firstName lastName }}', /cannot be understood: \{\{ firstName lastName \}\}/],
    ['{{ firstName, lastName }}', /cannot be understood/],
    ['{{ }}', /\{\{ \}\} is empty/],
    ['{{ (1..1000000000) }}', /cannot be understood/],
    ['{% if firstName == %}{% endif %}', /cannot be understood/],
    ['{% if %}{% endif %}', /is empty/],
    ['{% if firstName %}', /\{% if firstName %\} is never closed/],
    ['{% if firstName %}{% endunless %}', /cannot be used here/],
    ['{% else %}', /cannot be used here/],
    ['{% case firstName %}{% when "a" foo "b" %}{% endcase %}', /cannot be understood/],
    ['{% raw %}x', /\{% raw %\} is never closed/],
    ['{%', /never closed/],
    ['{% %}', /cannot be understood/],
    ['{% for x in firstName %}{% endfor %}', /cannot be used here/],
    ['{% assign firstName = "x" %}', /cannot be used here/],
    ['{% capture x %}{% endcapture %}', /cannot be used here/],
    ['{% include "x" %}', /cannot be used here/],
    ['{% render "/etc/passwd" %}', /cannot be used here/],
    ['{% layout "x" %}', /cannot be used here/],
    ['{% liquid assign x = 1 %}', /cannot be used here/],
    ['{% if email %}'.repeat(5000) + '{% endif %}'.repeat(5000), /nested too deeply/],
    ['x'.repeat(200_001), /too long/],
  ])('%.60s', (text, message) => {
    const error = refusal(text);
    expect(error.en).toMatch(message);
    if (text.length < 200_001)
      expect([error.en, error.tr]).toEqual([expect.stringMatching(/^Line 1: /), expect.stringMatching(/^1\. satır: /)]);
  });
});

describe('whatever is written', () => {
  test('text without braces renders to itself', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 }).filter((s) => !/[{}]/.test(s));
    fc.assert(
      fc.property(text, (s) => {
        expect(render(s, { firstName: 'Ali' })).toBe(s);
      }),
    );
  });

  test('parsing answers, never throws, and what parses renders for every recipient', () => {
    const word = fc.constantFrom(
      '{{', '}}', '{%', '%}', ' ', 'if', 'endif', 'else', 'case', 'when', 'endcase', 'raw', 'endraw', 'unless', 'endunless',
      'firstName', 'email', 'isim', '|', ':', ',', '"', "'", '.', '..', '(', ')', '[', ']', '==', 'contains', 'and', 'not',
      'default', 'upcase', 'replace', 'truncate', 'append', '5', 'nil', 'blank', 'true', '-', '\n', '“', 'ı',
    ); // biome-ignore format: a word list
    const text = fc.array(word, { maxLength: 24 }).map((words) => words.join(''));
    const sentence = fc.array(
      fc.oneof(text, fc.constant('{{ firstName | default: "x" }}'), fc.constant('{% if email %}')),
      { maxLength: 5 },
    );
    const variables = fc.record({ firstName: fc.option(fc.string({ unit: 'binary' })), email: fc.option(fc.string()) });
    fc.assert(
      fc.property(sentence, variables, (parts, values) => {
        const parsed = parsePersonalised(parts.join(''), campaignVariables);
        if (!parsed.ok)
          expect(parsed.error).toEqual({ en: expect.stringMatching(/./), tr: expect.stringMatching(/./) });
        else expect(renderPersonalised(parsed.template, values)).toBeTypeOf('string');
      }),
      { numRuns: 3000 },
    );
  });

  test('a recipient’s own braces are not read as a template', () => {
    fc.assert(
      fc.property(fc.constantFrom('{{ email }}', '{% if', '{{', '}}{{ phone }}'), (firstName) => {
        expect(render('{{ firstName }}', { firstName, email: 'x@y.z' })).toBe(firstName);
      }),
    );
  });

  test('a chain of filters cannot blow a text up', () => {
    const bomb = `{{ firstName ${'| replace: "a", "aaaaaaaaaa" '.repeat(200)}}}`;
    expect(render(bomb, { firstName: 'a' }).length).toBeLessThanOrEqual(100_000);
  });
});
