import { encodeWord } from 'nodemailer/lib/mime-funcs';

const CRLF_FOLD = '\r\n ';
const LONGEST_WORD = 52;
const PLAIN = /^(?!.*=\?)[\x21-\x7e](?:[\x20-\x7e]{0,58}[\x21-\x7e])?$/;
const ATOMS = /^[A-Za-z0-9]+(?: [A-Za-z0-9]+){0,5}$/;
const MOST_PLAIN = 60;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what would end a header, and whatever else cannot be seen
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** One line, whatever people put in. */
export const oneLine = (text: string): string => text.replaceAll(UNSEEN, ' ').toWellFormed();

/** Text in a header: as it is when it is short and plain, else as words of RFC 2047, on lines of at most 76. */
export const encodeText = (line: string): string => (PLAIN.test(line) ? line : encodeWords(line));

const encodeWords = (line: string): string =>
  line === '' ? '' : encodeWord(line, 'B', LONGEST_WORD).replaceAll(' ', CRLF_FOLD);

/** A name before its address. */
export function encodeMailbox(name: string, address: string): string {
  const line = oneLine(name).trim();
  if (line === '') return `<${address}>`;
  return line.length <= MOST_PLAIN && ATOMS.test(line)
    ? `${line} <${address}>`
    : `${encodeWords(line)}${CRLF_FOLD}<${address}>`;
}

/** RFC 5322, UTC. */
export const encodeDate = (at: Date): string => at.toUTCString().replace('GMT', '+0000');
