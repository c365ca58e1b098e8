import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestPersonalised, parsePersonalised, renderPersonalised } from '#src/personalisation/personalisation.ts';
import { longestChoices, markChoices, pickChoices } from '#src/personalisation/spintax.ts';

const parse = (text: string) => {
  const parsed = parsePersonalised(text);
  if (!parsed.ok) throw new Error(parsed.error.en);
  return parsed.template;
};
const refusal = (text: string) => {
  const parsed = parsePersonalised(text);
  if (parsed.ok) throw new Error(`accepted: ${text}`);
  return parsed.error;
};
/** Everything that a text may come to. */
const all = (text: string, variables = {}) => {
  const template = parse(text);
  return new Set(Array.from({ length: 300 }, (_, seed) => renderPersonalised(template, variables, 'tr', String(seed))));
};

describe('alternatives', () => {
  test('each of them comes up, and nothing else', () => {
    expect(all('{Merhaba|Selam} {{ firstName }}!', { firstName: 'Ayşe' })).toEqual(
      new Set(['Merhaba Ayşe!', 'Selam Ayşe!']),
    );
    expect(all('a{b|c{d|e{f|g}}|}h')).toEqual(new Set(['abh', 'acdh', 'acefh', 'acegh', 'ah']));
  });

  test('about as often as the others', () => {
    const template = parse('{a|b|c}');
    const drawn = Array.from({ length: 3000 }, (_, i) => renderPersonalised(template, {}, 'tr', `campaign:${i}`));
    for (const letter of 'abc') expect(drawn.filter((text) => text === letter).length).toBeGreaterThan(850);
  });

  test('leave Liquid’s own signs alone: filters, defaults, conditions, raw', () => {
    expect(all('{Sayın {{ firstName | default: "a|b}" }}|Selam}')).toEqual(new Set(['Sayın a|b}', 'Selam']));
    expect(all('{ {%- if firstName %}Sen{% else %}Siz{% endif %}|Hey}', { firstName: 'x' })).toEqual(
      new Set(['Sen', 'Hey']),
    );
    expect(all('{% raw %}{a|b} {{ x }}{% endraw %}')).toEqual(new Set(['{a|b} {{ x }}']));
    expect(all('{% if lastName %}{a|b}{% endif %}c', {})).toEqual(new Set(['c']));
  });

  test('a backslash makes a sign stand for itself, and other backslashes stay', () => {
    expect(all('\\{a\\|b\\} {x\\|y\\}|z} C:\\yol ¯\\_')).toEqual(
      new Set(['{a|b} x|y} C:\\yol ¯\\_', '{a|b} z C:\\yol ¯\\_']),
    );
    expect(all('bir | iki } üç')).toEqual(new Set(['bir | iki } üç']));
  });

  test('a customer’s own name cannot bring any', () => {
    const name = '{a|b}\uFDD0x\uFDD1y\uFDD2';
    expect(all('{Merhaba|Merhaba} {{ firstName }}', { firstName: name })).toEqual(new Set(['Merhaba {a|b}xy']));
  });

  test.each([
    ['{Merhaba|Selam', 'Line 1: {Merhaba|Selam is never closed with }; for the sign itself write \\{'],
    [
      'a\n{firstName} b',
      'Line 2: {firstName} b has no alternatives such as {Hello|Hi}; a variable is written {{ firstName }}, the sign itself \\{',
    ],
    ['{a|{b|{c|{d|e}}}}', 'Line 1: alternatives can be nested 3 deep at most'],
  ])('%j is refused with its line', (text, en) => {
    expect(refusal(text)).toEqual({ en, tr: expect.stringMatching(/^\d+\. satır: /) });
  });

  test('a condition that an alternative leaves open is refused', () => {
    expect(refusal('{ {% if firstName %}a|b{% endif %}}').en).toContain('never closed');
    expect(refusal('{a{% else %}|b}').en).toMatch(/./);
  });
});

/** A tree of alternatives, its text, and everything it may come to. */
const plain = fc.string({ unit: fc.constantFrom('a', 'ş', ' ', '😀', '\n', '|', '}', '{', '\\') });
const spell = (text: string) => text.replace(/[{|}\\]/g, (sign) => `\\${sign}`);
type Tree = { source: string; outcomes: string[] };
const tree = (depth: number): fc.Arbitrary<Tree> => {
  const leaf = plain.map((text): Tree => ({ source: spell(text), outcomes: [text] }));
  if (depth === 0) return leaf;
  const choice = fc.array(tree(depth - 1), { minLength: 2, maxLength: 3 }).map(
    (options): Tree => ({
      source: `{${options.map(({ source }) => source).join('|')}}`,
      outcomes: options.flatMap(({ outcomes }) => outcomes),
    }),
  );
  return fc.array(fc.oneof(leaf, choice), { minLength: 1, maxLength: 2 }).map((parts) =>
    parts.reduce((a, b) => ({
      source: a.source + b.source,
      outcomes: a.outcomes.flatMap((x) => b.outcomes.map((y) => x + y)),
    })),
  );
};
/** Two choices that begin at once would look like Liquid's; a space between them is what a person writes. */
const readable = tree(3).filter(({ source, outcomes }) => !/\{\{/.test(source) && outcomes.length <= 500);

describe('whatever is written', () => {
  test('what is picked is one of the outcomes, the same each time, and never longer than the longest', () => {
    fc.assert(
      fc.property(readable, fc.string(), ({ source, outcomes }, seed) => {
        const template = parse(source);
        const text = renderPersonalised(template, {}, 'tr', seed);
        expect(outcomes).toContain(text);
        expect(renderPersonalised(parse(source), {}, 'tr', seed)).toBe(text);
        expect(longestPersonalised(template, {}, 'tr')).toBe(Math.max(...outcomes.map(({ length }) => length)));
      }),
      { numRuns: 500 },
    );
  });

  test('any text is read or refused with a reason in both languages, and never throws', () => {
    const sign = fc.constantFrom(
      '{',
      '}',
      '|',
      '\\',
      '{{',
      '}}',
      '{%',
      '%}',
      ' firstName ',
      'if ',
      'endif',
      'a',
      '\uFDD0',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 14 }), (signs) => {
        const parsed = parsePersonalised(signs.join(''));
        if (!parsed.ok) {
          expect(parsed.error).toEqual({ en: expect.stringMatching(/./), tr: expect.stringMatching(/./) });
          return;
        }
        const text = renderPersonalised(parsed.template, { firstName: 'Ali' }, 'tr', 'x');
        expect(text).not.toMatch(/[\uFDD0-\uFDD3]/);
        expect(text.length).toBeLessThanOrEqual(longestPersonalised(parsed.template, { firstName: 'Ali' }, 'tr'));
      }),
      { numRuns: 3000 },
    );
  });

  test('the picker is asked once for each choice that is left, in order', () => {
    const asked: [number, number][] = [];
    const { marked } = markChoices('{a|{b|c|d}} {e|f}');
    const last = (index: number, count: number) => {
      asked.push([index, count]);
      return count - 1;
    };
    expect(pickChoices(marked, last)).toBe('d f');
    expect(asked.toSorted(([a], [b]) => a - b)).toEqual([
      [0, 2],
      [1, 3],
      [2, 2],
    ]);
    expect(longestChoices(marked)).toBe(3);
  });
});
