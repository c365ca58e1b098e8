/**
 * Text as it is searched: lower case, accents dropped, Turkish letters as Latin ones (İ I ı i → i, Ş → s, Ğ → g), one space
 * between words.
 */
export const foldText = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[ıßøđłæœ]/g, (letter) => LATIN[letter]!)
    .replaceAll(/\s+/g, ' ')
    .trim();

const LATIN: Record<string, string> = { ı: 'i', ß: 'ss', ø: 'o', đ: 'd', ł: 'l', æ: 'ae', œ: 'oe' };
