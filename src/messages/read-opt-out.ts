import { foldText } from '#src/customers/fold-text.ts';

const AROUND = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
/** Whatever is longer is no single word, however many signs surround it. */
const LONGEST_TEXT = 1000;

const bare = (text: string): string => foldText(text).replaceAll(AROUND, '');

/**
 * The one of `words` that the message is: nothing but it, signs and spaces around it aside, in any casing, Turkish
 * (iptal, İPTAL, IPTAL) or not, with or without the Turkish letters' signs. Null for anything else.
 */
export function readOptOut(text: string, words: readonly string[]): string | null {
  if (text.length > LONGEST_TEXT) return null;
  const said = bare(text);
  return said === '' ? null : (words.find((word) => bare(word) === said) ?? null);
}
