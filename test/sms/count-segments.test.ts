import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gsm7, gsm7Turkish } from '#src/sms/alphabet.ts';
import { countSegments } from '#src/sms/count-segments.ts';
import { septetText, strangeCharacters, tidyText } from '#src/sms/fit-text.ts';

const count = (text: string, turkish = true) => countSegments(text, { turkish });

describe('the alphabets', () => {
  it('have 128 places without the escape; the extension ten, Turkish seven letters more', () => {
    const ones = [...gsm7].filter(([, septets]) => septets === 1);
    expect(ones).toHaveLength(127);
    expect(
      [...gsm7]
        .filter(([, septets]) => septets === 2)
        .map(([c]) => c)
        .join(''),
    ).toBe('\f^{}\\[~]|€');
    expect([...gsm7Turkish.keys()].filter((c) => !gsm7.has(c)).join('')).toBe('ĞİŞçğış');
    expect(['Ç', 'ö', 'Ö', 'ü', 'Ü', '@', '\n', 'é'].map((c) => gsm7.get(c))).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });
});

describe('countSegments', () => {
  it.each([
    ['', { encoding: 'gsm7', segments: 0, units: 0 }],
    ['a'.repeat(160), { encoding: 'gsm7', segments: 1, units: 160, unitsLeft: 0 }],
    ['a'.repeat(161), { encoding: 'gsm7', segments: 2, unitsLeft: 306 - 161 }],
    ['a'.repeat(306), { segments: 2 }],
    ['a'.repeat(307), { segments: 3 }],
    [`${'a'.repeat(159)}€`, { encoding: 'gsm7', segments: 2, units: 161 }],
    ['ö'.repeat(160), { encoding: 'gsm7', segments: 1 }],
    ['Görüşmek', { encoding: 'gsm7-turkish', segments: 1, units: 9 }],
    [`${'a'.repeat(153)}ş`, { encoding: 'gsm7-turkish', segments: 1, units: 155, unitsLeft: 0 }],
    [`${'a'.repeat(154)}ş`, { encoding: 'gsm7-turkish', segments: 2, units: 156 }],
    // 149 is odd: of seventy-five letters of two septets the last one goes into the next part
    ['ş'.repeat(78), { segments: 2 }],
    ['ş'.repeat(148), { segments: 2, unitsLeft: 1 }],
    ['ş'.repeat(149), { segments: 3 }],
    ['я'.repeat(70), { encoding: 'ucs2', segments: 1 }],
    ['я'.repeat(71), { encoding: 'ucs2', segments: 2, costly: ['я'] }],
    ['🎉'.repeat(35), { encoding: 'ucs2', segments: 1, units: 70, costly: ['🎉'] }],
    // 67 is odd: an emoji is never torn
    ['🎉'.repeat(66), { segments: 2 }],
    ['🎉'.repeat(67), { segments: 3 }],
  ])('%j', (text, expected) => expect(count(text)).toMatchObject(expected));

  it('without the Turkish tables a single ş makes all of it UCS-2, and says so', () => {
    expect(count(`${'a'.repeat(70)}ş`, false)).toMatchObject({ encoding: 'ucs2', segments: 2, costly: ['ş'] });
  });

  it('whatever is written: cutting it into its parts by hand gives as many, none larger than 140 octets', () => {
    const letter = fc.constantFrom(...'abcÇöĞİŞçğış€{}[]ЯжΔ@\n😀中', 'a', 'e', ' ');
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 500 }), fc.boolean(), (letters, turkish) => {
        const text = letters.join('');
        const { encoding, segments } = count(text, turkish);
        const parts = cut(text, encoding);
        expect(parts.length).toBe(segments);
        expect(parts.flat().join('')).toBe(text);
        for (const part of parts) expect(octets(part, encoding, parts.length > 1)).toBeLessThanOrEqual(140);
        // and no fewer would do: the first letter of a part does not fit into the one before
        for (let i = 1; i < parts.length; i++)
          expect(octets([...parts[i - 1]!, parts[i]![0]!], encoding, true)).toBeGreaterThan(140);
      }),
      { numRuns: 150 },
    );
  });
});

/** As a phone would: octets of a part, its header and the septets packed into bits. */
function octets(part: string[], encoding: string, concatenated: boolean): number {
  const header = (concatenated ? 5 : 0) + (encoding === 'gsm7-turkish' ? 3 : 0);
  const headerOctets = header === 0 ? 0 : header + 1;
  if (encoding === 'ucs2') return headerOctets + 2 * part.join('').length;
  const table = encoding === 'gsm7' ? gsm7 : gsm7Turkish;
  const septets = Math.ceil((headerOctets * 8) / 7) + part.reduce((sum, c) => sum + table.get(c)!, 0);
  return Math.ceil((septets * 7) / 8);
}

function cut(text: string, encoding: string): string[][] {
  const letters = Array.from(text);
  if (letters.length === 0) return [];
  if (octets(letters, encoding, false) <= 140) return [letters];
  const parts: string[][] = [[]];
  for (const letter of letters) {
    if (octets([...parts.at(-1)!, letter], encoding, true) > 140) parts.push([]);
    parts.at(-1)!.push(letter);
  }
  return parts;
}

describe('what becomes of a text', () => {
  it('signs that only look better become plain ones; letters stay', () => {
    expect(tidyText('  “Randevu” – 21:00’de… ₺5\u00a0TL\r\nŞişli\u200b ')).toBe(
      '"Randevu" - 21:00\'de... TL5 TL\nŞişli',
    );
    expect(tidyText('s\u0327 I\u0307')).toBe('ş İ');
  });
  it('a carrier without Unicode gets letters without the accents that are missing, and no emoji', () => {
    expect(septetText('Hâlâ bekliyoruz 🎉 ñ ř Яз')).toBe('Hala bekliyoruz ñ r');
    expect(strangeCharacters('Hâlâ 🎉 ’')).toEqual(['â', '🎉']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
        expect(Array.from(septetText(text)).every((c) => gsm7Turkish.has(c))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
