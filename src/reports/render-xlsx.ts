import type { Worksheet } from 'exceljs';
import { type Column, flatten, type ReportDocument, type Section, type Table, type ValueType } from './document.ts';
import { sayIn } from './report-words.ts';

const ACCENT = 'FF0B6E6E';
const FONT = 'Calibri';
/** Times are kept as parts of a day, which is what a workbook adds up. */
const DAY_SECONDS = 86_400;
const formats: Record<ValueType, string> = {
  text: '@',
  integer: '#,##0',
  percent: '0.0%',
  change: '+0.0%;-0.0%;0.0%',
  duration: '[h]:mm:ss',
};

/** A workbook with a sheet for each table. A text is a text, whatever it begins with. */
export async function renderXlsx(report: ReportDocument): Promise<Uint8Array> {
  const { default: exceljs } = await import('exceljs');
  const book = new exceljs.Workbook();
  book.creator = report.organization;
  book.title = `${report.title}, ${report.period}`;
  const names = new Set<string>();
  const sections = report.sections.filter(({ table }) => table);
  for (const section of sections.length > 0 ? sections : report.sections.slice(0, 1)) {
    const landscape = { orientation: 'landscape', fitToPage: true, fitToHeight: 0 } as const;
    const sheet = book.addWorksheet(sheetName(section.heading, names), { pageSetup: { paperSize: 9, ...landscape } });
    writeHead(sheet, report, section);
    if (section.table) writeTable(sheet, flatten(section.table, sayIn(report.language)('before')));
  }
  return new Uint8Array(await book.xlsx.writeBuffer());
}

/** 31 characters, and none that a sheet must not be called. */
function sheetName(heading: string, taken: Set<string>): string {
  const name = heading.replaceAll(/[\\/?*[\]:]/g, ' ').slice(0, 28);
  const free = taken.has(name.toLowerCase()) ? `${name} ${taken.size}` : name;
  taken.add(free.toLowerCase());
  return free;
}

function writeHead(
  sheet: Worksheet,
  { organization, title, period, prepared }: ReportDocument,
  section: Section,
): void {
  sheet.addRow([organization]).font = { name: FONT, size: 11, color: { argb: ACCENT }, bold: true };
  sheet.addRow([`${title}, ${period}`]).font = { name: FONT, size: 14, bold: true };
  sheet.addRow([prepared]).font = { name: FONT, size: 9, color: { argb: 'FF5B6770' } };
  sheet.addRow([section.empty ?? section.note ?? '']).font = { name: FONT, size: 9, color: { argb: 'FF5B6770' } };
  sheet.addRow([]);
}

function writeTable(sheet: Worksheet, { columns, rows, total }: Table): void {
  const head = sheet.addRow(columns.map(({ label }) => label));
  head.eachCell((cell) => {
    cell.font = { name: FONT, bold: true, color: { argb: 'FFFFFFFF' } };
    cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: ACCENT } };
    cell.alignment = { vertical: 'middle', wrapText: true };
  });
  sheet.views = [{ state: 'frozen', ySplit: head.number, showGridLines: false }];
  const write = (values: Table['rows'][number], bold: boolean): void => {
    const row = sheet.addRow(values.map((value, index) => stored(value, columns[index]!)));
    columns.forEach(({ type }, index) => {
      const cell = row.getCell(index + 1);
      cell.numFmt = formats[type];
      cell.font = { name: FONT, bold };
      cell.alignment = { horizontal: type === 'text' ? 'left' : 'right' };
      cell.border = { [bold ? 'top' : 'bottom']: { style: 'thin', color: { argb: bold ? ACCENT : 'FFE3E8EA' } } };
    });
  };
  for (const row of rows) write(row, false);
  if (total) write(total, true);
  columns.forEach(({ label }, index) => {
    const longest = Math.max(label.length, ...rows.map((row) => String(row[index] ?? '').length));
    sheet.getColumn(index + 1).width = Math.min(Math.max(longest + 3, 11), 44);
  });
}

function stored(value: Table['rows'][number][number], { type }: Column): string | number | null {
  if (value === null || typeof value === 'object') return null;
  return type === 'duration' && typeof value === 'number' ? value / DAY_SECONDS : value;
}
