import { posix } from 'node:path';
import { ImportFailure } from '#src/customers/import-failure.ts';
import { readWholeXml } from './read-xml.ts';
import { type ByteSource, readZipDirectory, readZipEntry, type ZipEntry } from './zip-archive.ts';

export type Sheet = { name: string; isHidden: boolean };
/** What a workbook holds; the sheets themselves are not read yet. */
export type Workbook = {
  sheets: (Sheet & { entry: ZipEntry })[];
  strings: ZipEntry | null;
  styles: ZipEntry | null;
  /** Days are counted from 1904 on, as Excel for the Macintosh once did. */
  from1904: boolean;
};

type Link = { id: string; type: string; target: string };

const MOST_SHEETS = 500;
const INDEX_BYTES = 8 * 1024 * 1024;

/** Reads the table of contents of an XLSX file (ECMA-376). Throws ImportFailure for anything else. */
export async function readWorkbook(source: ByteSource): Promise<Workbook> {
  const entries = await readZipDirectory(source);
  const root = await readLinks(source, entries, '', '_rels/.rels');
  const path = root.find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml';
  const book = entries.get(path);
  if (!book || !path.endsWith('.xml')) throw new ImportFailure('not-a-table');
  const folder = posix.dirname(path);
  const links = await readLinks(source, entries, folder, `${folder}/_rels/${posix.basename(path)}.rels`);
  const named: (Sheet & { link: string })[] = [];
  let from1904 = false;
  await readWholeXml(readZipEntry(source, book, INDEX_BYTES), {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const link = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      named.push({ name: attributes.name ?? '', isHidden: (attributes.state ?? 'visible') !== 'visible', link });
      if (named.length > MOST_SHEETS) throw new ImportFailure('workbook-too-large');
    },
  });
  const targetOf = (wanted: (link: Link) => boolean) => entries.get(links.find(wanted)?.target ?? '') ?? null;
  const sheets = named.flatMap(({ link, ...sheet }) => {
    const entry = targetOf(({ id, type }) => id === link && type.endsWith('/worksheet'));
    return entry ? [{ ...sheet, entry }] : [];
  });
  if (sheets.length === 0) throw new ImportFailure('not-a-table');
  return {
    sheets,
    strings: targetOf(({ type }) => type.endsWith('/sharedStrings')),
    styles: targetOf(({ type }) => type.endsWith('/styles')),
    from1904,
  };
}

async function readLinks(
  source: ByteSource,
  entries: Map<string, ZipEntry>,
  folder: string,
  path: string,
): Promise<Link[]> {
  const entry = entries.get(path);
  const links: Link[] = [];
  if (!entry) return links;
  await readWholeXml(readZipEntry(source, entry, INDEX_BYTES), {
    open(name, { Id = '', Type = '', Target = '' }) {
      if (name !== 'Relationship') return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      links.push({ id: Id, type: Type, target });
    },
  });
  return links;
}
