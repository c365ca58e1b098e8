import { encode, wrap } from 'nodemailer/lib/qp';

/** Ends a line that goes on. */
export const SOFT_BREAK = '=\r\n';
/** Three less than the 76 allowed: what begins a line may have to be spelt out, and a soft break may follow. */
const LINE_LENGTH = 73;
/** Short, and the same encoded; it begins with nothing that a mail server takes for its own. */
const SIMPLE = /^(?![.F])[\x20-\x3c\x3e-\x7e]{0,69}[\x21-\x3c\x3e-\x7e]$/;

/**
 * UTF-8 text as quoted-printable that stands on lines of its own, so that pieces encoded apart can be put together. Lines
 * are CRLF; none begins with a full stop or `From `, which mail servers may take for something else.
 */
export function encodeQuotedPrintable(text: string): string {
  if (SIMPLE.test(text)) return text;
  const lines = wrap(encode(text.replaceAll(/\r\n|\r|\n/g, '\r\n')), LINE_LENGTH);
  return lines.replaceAll(/^\./gm, '=2E').replaceAll(/^From /gm, '=46rom ');
}
