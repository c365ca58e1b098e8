import { gsm7Turkish } from './alphabet.ts';

/** What word processors make of plain signs: nobody misses it, and it would halve an SMS. */
const PLAIN: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '′': "'",
  '´': "'",
  '`': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '‑': '-',
  '−': '-',
  '…': '...',
  '•': '-',
  '·': '.',
  '₺': 'TL',
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\t': ' ',
};
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u2060\ufeff]/g;

/** A text as it is sent: composed, without signs that only look better. */
export const tidyText = (text: string): string =>
  Array.from(text.normalize('NFC').replaceAll(/\r\n?/g, '\n').replaceAll(INVISIBLE, ''), (c) => PLAIN[c] ?? c)
    .join('')
    .trim();

/** The characters that a carrier without Unicode does not take, each once. */
export const strangeCharacters = (text: string): string[] => [
  ...new Set(Array.from(tidyText(text)).filter((character) => !gsm7Turkish.has(character))),
];

/** A text without them: letters without the accents that are missing, the rest left out. */
export const septetText = (text: string): string =>
  Array.from(tidyText(text), (character) => {
    if (gsm7Turkish.has(character)) return character;
    const bare = character.normalize('NFKD').replaceAll(/\p{M}/gu, '');
    return bare !== '' && Array.from(bare).every((c) => gsm7Turkish.has(c)) ? bare : '';
  })
    .join('')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
