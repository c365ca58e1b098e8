import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectCsv, readCsv } from '#src/customers/csv-file.ts';
import { createDiskStorage } from '#src/platform/create-disk-storage.ts';
import type { Storage } from '#src/platform/storage.ts';

let directory: string;
let storage: Storage;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ulak-csv-'));
  storage = createDiskStorage(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const write = (...content: (string | Buffer)[]) =>
  storage.write('file', Readable.from(content.map((part) => Buffer.from(part as string))));
async function read(...content: (string | Buffer)[]) {
  await write(...content);
  const format = await inspectCsv(storage, 'file');
  return { ...format, records: await Array.fromAsync(readCsv(storage, 'file', format)) };
}
const cells = async (...content: (string | Buffer)[]) => (await read(...content)).records.map((record) => record.cells);

const TEXT = 'ad,şehir\nİpek,Iğdır\nŞükrü,Muğla\n';
const CELLS = [
  ['ad', 'şehir'],
  ['İpek', 'Iğdır'],
  ['Şükrü', 'Muğla'],
];
const turkish: Record<string, number> = { İ: 0xdd, ı: 0xfd, ş: 0xfe, Ş: 0xde, ğ: 0xf0, Ğ: 0xd0, ü: 0xfc };
const windows1254 = (text: string) => Buffer.from([...text].map((letter) => turkish[letter] ?? letter.charCodeAt(0)));

describe('encodings', () => {
  it.each<[string, Buffer, string]>([
    ['UTF-8', Buffer.from(TEXT), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`), 'utf-8'],
    ['UTF-16LE with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'utf-16le'],
    ['UTF-16BE with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16(), 'utf-16be'],
    ['UTF-16LE without a mark', Buffer.from(TEXT, 'utf16le'), 'utf-16le'],
    ['Windows-1254', windows1254(TEXT), 'windows-1254'],
  ])('%s', async (_, bytes, encoding) => {
    expect(await read(bytes)).toMatchObject({ encoding, records: CELLS.map((cells, i) => ({ row: i + 1, cells })) });
  });

  it('judges by the whole file, and forgives UTF-8 a broken byte', async () => {
    const plain = 'ad\n'.padEnd(200_000, 'a,b\n');
    expect((await read(plain, windows1254('ş\n'))).encoding).toBe('windows-1254');
    const broken = await read(TEXT.repeat(20), Buffer.from([0xff]), 'x,y\n');
    expect(broken.encoding).toBe('utf-8');
    expect(broken.records.at(-1)?.cells).toEqual(['\ufffdx', 'y']);
  });

  it('reads letters that are cut between two chunks', async () => {
    const bytes = Buffer.from('a\nş\n');
    expect(await cells(bytes.subarray(0, 3), bytes.subarray(3))).toEqual([['a'], ['ş']]);
  });
});

describe('delimiters', () => {
  it.each([[','], [';'], ['\t'], ['|']])('%j', async (delimiter) => {
    const text = [
      ['ad', 'not, etc; x'],
      ['İpek', '"1"'],
    ]
      .map((r) => r.map((c) => `"${c.replaceAll('"', '""')}"`).join(delimiter))
      .join('\r\n');
    expect(await cells(text)).toEqual([
      ['ad', 'not, etc; x'],
      ['İpek', '"1"'],
    ]);
  });

  it('takes a spreadsheet at its word: sep=', async () => {
    const { delimiter, records } = await read('sep=;\r\nad;not\r\nA;1,2,3,4\r\n');
    expect(delimiter).toBe(';');
    expect(records).toEqual([
      { row: 2, cells: ['ad', 'not'] },
      { row: 3, cells: ['A', '1,2,3,4'] },
    ]);
  });
});

describe('records', () => {
  it('numbers rows as a spreadsheet does, and passes over empty ones', async () => {
    expect((await read('\n\nad,b\n\n"x\ny",1\n , \nz\n')).records).toEqual([
      { row: 3, cells: ['ad', 'b'] },
      { row: 5, cells: ['x\ny', '1'] },
      { row: 7, cells: ['z'] },
    ]);
  });

  it('lives with stray quotes and with rows too long or too short', async () => {
    expect(await cells('a,b\n5" x,y\n1,2,3\n1\n')).toEqual([['a', 'b'], ['5" x', 'y'], ['1', '2', '3'], ['1']]);
  });

  it('F63: gives up on a quote that is never closed, without reading the file into memory', async () => {
    await expect(cells('a,b\n"x,', 'y\n'.repeat(200_000))).rejects.toThrow(/exceed/i);
    await expect(cells('a,b\n"x,y\n')).rejects.toThrow(/quote/i);
  });

  it('finds nothing in nothing', async () => {
    expect(await cells('')).toEqual([]);
    expect(await cells('\n \n')).toEqual([]);
  });
});
