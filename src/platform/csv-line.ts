const FORMULA = /^[=+\-@\t\r]/;
const E164 = /^\+\d{1,15}$/;

/**
 * One line of a CSV file (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV
 * injection); a phone number in E.164 is none.
 */
export const csvLine = (cells: readonly (string | number | null)[], delimiter = ','): string =>
  `${cells.map((cell) => write(cell, delimiter)).join(delimiter)}\r\n`;

const write = (cell: string | number | null, delimiter: string): string =>
  typeof cell === 'number' ? String(cell) : quote(guard(cell ?? ''), delimiter);

const guard = (text: string): string => (FORMULA.test(text) && !E164.test(text) ? `'${text}` : text);

const quote = (text: string, delimiter: string): string =>
  /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
