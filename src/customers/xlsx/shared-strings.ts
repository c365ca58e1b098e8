import { ImportFailure, LONGEST_RECORD } from '#src/customers/import-failure.ts';
import { readXml } from './read-xml.ts';
import { type ByteSource, readZipEntry, type ZipEntry } from './zip-archive.ts';

/** The texts of a workbook by their number. */
export type SharedStrings = { at(place: number): string };

const MOST_XML_BYTES = 256 * 1024 * 1024;
const MOST_TEXT_BYTES = 64 * 1024 * 1024;
const FIRST_BYTES = 256 * 1024;

/** Reads the texts into one block of bytes, of 64 MB at most. Throws ImportFailure. */
export async function readSharedStrings(source: ByteSource, entry: ZipEntry | null): Promise<SharedStrings> {
  const block = createBlock();
  if (!entry) return block;
  const collector = createTextCollector((text) => block.add(text));
  for await (const _ of readXml(readZipEntry(source, entry, MOST_XML_BYTES), collector)) {
    // every text goes into the block
  }
  return block;
}

/** Gathers the text of each `si` (or `is`): plain, or in pieces of their own fonts; how it is pronounced is left out. */
export function createTextCollector(give: (text: string) => void) {
  let text: string | null = null;
  let isText = false;
  let isPhonetic = false;
  return {
    open(name: string) {
      if (name === 'si' || name === 'is') text = '';
      else if (name === 'rPh') isPhonetic = true;
      else if (name === 't') isText = !isPhonetic;
    },
    text(piece: string) {
      if (text === null || !isText) return;
      text += piece;
      if (text.length > LONGEST_RECORD) throw new ImportFailure('row-too-long');
    },
    close(name: string) {
      if (name === 't') isText = false;
      else if (name === 'rPh') isPhonetic = false;
      else if ((name === 'si' || name === 'is') && text !== null) {
        give(plainText(text));
        text = null;
      }
    },
  };
}

/** Characters that XML cannot hold are written `_x000D_` (ECMA-376, ST_Xstring). */
export const plainText = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

function createBlock() {
  let bytes = Buffer.allocUnsafe(FIRST_BYTES);
  let ends = new Uint32Array(FIRST_BYTES / 16);
  let [used, count] = [0, 0];
  return {
    add(text: string): void {
      const size = Buffer.byteLength(text);
      if (used + size > MOST_TEXT_BYTES) throw new ImportFailure('workbook-too-large');
      if (used + size > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, used + size));
        bytes.copy(larger, 0, 0, used);
        bytes = larger;
      }
      if (count === ends.length) {
        const larger = new Uint32Array(ends.length * 2);
        larger.set(ends);
        ends = larger;
      }
      used += bytes.write(text, used);
      ends[count++] = used;
    },
    at: (place: number): string =>
      place >= 0 && place < count ? bytes.toString('utf8', place === 0 ? 0 : ends[place - 1], ends[place]) : '',
  };
}
