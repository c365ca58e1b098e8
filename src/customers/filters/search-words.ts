import { foldText } from '#src/customers/fold-text.ts';

export type SearchPiece = {
  text: string;
  /** Digits of a phone: anywhere in it. */
  isPhone: boolean;
  /** Too short to be looked for within a word. */
  isBeginning: boolean;
};

const MOST_PIECES = 12;
const PHONE_PART = /^[+\d().\-/]*\d[+\d().\-/]*$/;

/** What a search asks for: words, and phone numbers in whatever spelling, several words long. */
export function searchWords(query: string): SearchPiece[] {
  const pieces: SearchPiece[] = [];
  let digits = '';
  const finish = () => {
    const text = digits.replace(/^0+(?=\d)/, '');
    if (text) pieces.push({ text, isPhone: true, isBeginning: false });
    digits = '';
  };
  for (const word of foldText(query).split(' ')) {
    if (PHONE_PART.test(word)) digits += word.replaceAll(/\D/g, '');
    else if (!/^[()+./-]+$/.test(word) || digits === '') {
      finish();
      if (word) pieces.push({ text: word, isPhone: false, isBeginning: [...word].length < 3 });
    }
  }
  finish();
  const distinct = new Map(pieces.map((piece) => [`${piece.isPhone} ${piece.text}`, piece]));
  return [...distinct.values()].slice(0, MOST_PIECES);
}
