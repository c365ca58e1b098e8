import { pipeline, type Readable, Transform } from 'node:stream';
import { parse } from 'csv-parse';
import type { Storage } from '#src/platform/storage.ts';
import { ImportFailure, LONGEST_RECORD, MOST_COLUMNS } from './import-failure.ts';
import type { TableRow } from './table-row.ts';

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1254'] as const;
type Encoding = (typeof encodings)[number];
export type CsvFormat = { encoding: Encoding; delimiter: string };

const HEAD_BYTES = 65_536;
export const DELIMITERS = [',', ';', '\t', '|'] as const;
const SEPARATOR_LINE = /^sep=(.)$/i;
const REPLACEMENT = '\ufffd';
const SNIFFED = 4096;

/** How a CSV file is written, unless somebody knows better: its encoding, judged by the whole file, and what stands between its fields. */
export async function inspectCsv(storage: Storage, key: string, known: Partial<CsvFormat> = {}): Promise<CsvFormat> {
  const head = Buffer.concat(await Array.fromAsync(await storage.read(key, { start: 0, end: HEAD_BYTES - 1 })));
  const encoding = known.encoding ?? markedEncoding(head) ?? (await guessEncoding(await storage.read(key)));
  const text = new TextDecoder(encoding).decode(head);
  if (text.slice(0, SNIFFED).includes('\0')) throw new ImportFailure('not-a-table');
  return { encoding, delimiter: known.delimiter ?? guessDelimiter(text) };
}

/** By its byte order mark, or by the zero bytes that UTF-16 has and text otherwise has not. */
function markedEncoding(head: Buffer): Encoding | null {
  if (head.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const sample = head.subarray(0, 2048);
  const zeros = (odd: 0 | 1) => sample.reduce((count, byte, i) => count + (byte === 0 && i % 2 === odd ? 1 : 0), 0);
  if (zeros(1) * 4 > sample.length) return 'utf-16le';
  return zeros(0) * 4 > sample.length ? 'utf-16be' : null;
}

/** UTF-8, unless what lies outside ASCII mostly makes no sense as such: then Turkish Windows. */
async function guessEncoding(bytes: Readable): Promise<Encoding> {
  let [broken, sound] = [0, 0];
  for await (const text of bytes.compose(decoder('utf-8'))) {
    for (const letter of (text as string).match(/[^\p{ASCII}]/gu) ?? []) letter === REPLACEMENT ? broken++ : sound++;
  }
  return broken * 10 > sound ? 'windows-1254' : 'utf-8';
}

function guessDelimiter(head: string): string {
  const line = head.split(/[\r\n]+/).find((text) => text.trim() !== '') ?? '';
  const told = SEPARATOR_LINE.exec(line.trim())?.[1];
  if (told) return told;
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => bare.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

const decoder = (encoding: Encoding): Transform => {
  const text = new TextDecoder(encoding);
  return new Transform({
    readableObjectMode: true,
    transform: (chunk: Buffer, _, done) => done(null, text.decode(chunk, { stream: true }) || undefined),
    flush: (done) => done(null, text.decode() || undefined),
  });
};

/** Every record with something in it, the header first, without holding the file in memory. Throws csv-parse's CsvError. */
export async function* readCsv(
  storage: Storage,
  key: string,
  { encoding, delimiter }: CsvFormat,
): AsyncGenerator<TableRow> {
  const parser = parse({
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: LONGEST_RECORD,
  });
  pipeline(await storage.read(key), decoder(encoding), parser, () => {});
  let row = 0;
  for await (const cells of parser as AsyncIterable<string[]>) {
    row++;
    const toldSeparator = row === 1 && SEPARATOR_LINE.test(cells.join(delimiter).trim());
    if (toldSeparator) continue;
    const width = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
    if (width > MOST_COLUMNS) throw new ImportFailure('too-many-columns');
    if (width > 0) yield { row, cells };
  }
}
