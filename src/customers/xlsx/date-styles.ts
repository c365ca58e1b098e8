import { readWholeXml } from './read-xml.ts';
import { type ByteSource, readZipEntry, type ZipEntry } from './zip-archive.ts';

const MOST_BYTES = 32 * 1024 * 1024;
/** Formats that every workbook knows without naming them (ECMA-376, 18.8.30). */
const BUILT_IN: [number, number][] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** Which of the cells' styles show a number as a date. */
export async function readDateStyles(source: ByteSource, entry: ZipEntry | null): Promise<Set<number>> {
  const dates = new Set<number>();
  if (!entry) return dates;
  const own = new Map<number, boolean>();
  let isCell = false;
  let style = 0;
  await readWholeXml(readZipEntry(source, entry, MOST_BYTES), {
    open(name, attributes) {
      if (name === 'numFmt') own.set(Number(attributes.numFmtId), isDateFormat(attributes.formatCode ?? ''));
      else if (name === 'cellXfs') isCell = true;
      else if (name === 'xf' && isCell) {
        const format = Number(attributes.numFmtId ?? 0);
        const isBuiltIn = BUILT_IN.some(([first, last]) => format >= first && format <= last);
        if (own.get(format) ?? isBuiltIn) dates.add(style);
        style++;
      }
    },
    close(name) {
      if (name === 'cellXfs') isCell = false;
    },
  });
  return dates;
}

/** A format speaks of days or hours once its quoted texts, colours and escaped letters are taken out. */
export const isDateFormat = (code: string): boolean =>
  /[dmyhs]/i.test(
    code
      .replaceAll(/"[^"]*"|\\.|_./g, '')
      .replaceAll(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
      .replaceAll(/general/gi, ''),
  );

const DAY_MS = 86_400_000;
/** Excel believes in a 29th of February 1900: https://learn.microsoft.com/office/troubleshoot/excel/wrongly-assumes-1900-is-leap-year */
const EPOCHS = { from1900: Date.UTC(1899, 11, 30), from1904: Date.UTC(1904, 0, 1) };

/** A number of days as `1985-12-31`, with the time behind it where there is one, or a time alone. */
export function dateOf(days: number, from1904: boolean): string {
  const at = new Date(EPOCHS[from1904 ? 'from1904' : 'from1900'] + Math.round(days * 86_400) * 1000);
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999) return String(days);
  const [day = '', time = ''] = at.toISOString().split('T');
  if (days < 1 && days > 0) return time.slice(0, 8);
  return at.getTime() % DAY_MS === 0 ? day : `${day} ${time.slice(0, 8)}`;
}
