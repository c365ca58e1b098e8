import { deflateRawSync } from 'node:zlib';

type Part = { name: string; content: string | Buffer /** What the ZIP says of it, if it lies. */; claims?: number };

/** A ZIP file of these parts, deflated. */
export function zip(parts: Part[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claims } of parts) {
    const packed = deflateRawSync(content);
    const size = claims ?? Buffer.byteLength(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x0403_4b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(size, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x0201_4b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    files.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    offset += local.length + name.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, index, end]);
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const link = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;

export type Sketch = {
  /** Rows as XML: what stands inside `sheetData`. */
  rows: string;
  strings?: string | Buffer;
  styles?: string;
  sheets?: string;
  workbookPr?: string;
  more?: Part[];
};

/** The least that is an XLSX file. */
export function workbook({ rows, strings, styles, sheets, workbookPr = '', more = [] }: Sketch): Buffer {
  const links = [link('r1', 'worksheet', 'worksheets/sheet1.xml')];
  if (strings !== undefined) links.push(link('r2', 'sharedStrings', '/xl/sharedStrings.xml'));
  if (styles !== undefined) links.push(link('r3', 'styles', 'styles.xml'));
  return zip([
    {
      name: '_rels/.rels',
      content: `<Relationships>${link('x', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    },
    { name: 'xl/_rels/workbook.xml.rels', content: `<Relationships>${links.join('')}</Relationships>` },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns:r="${OFFICE}">${workbookPr}<sheets>${sheets ?? '<sheet name="Bir" sheetId="1" r:id="r1"/>'}</sheets></workbook>`,
    },
    { name: 'xl/worksheets/sheet1.xml', content: `<worksheet><sheetData>${rows}</sheetData></worksheet>` },
    ...(strings === undefined ? [] : [{ name: 'xl/sharedStrings.xml', content: strings }]),
    ...(styles === undefined ? [] : [{ name: 'xl/styles.xml', content: styles }]),
    ...more,
  ]);
}
