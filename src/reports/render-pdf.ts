import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Content, CustomTableLayout, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import {
  type Column,
  changeOf,
  isPair,
  type ReportDocument,
  type Section,
  type Table,
  type Tile,
  type Value,
} from './document.ts';
import { ACCENT, drawChart } from './draw-chart.ts';
import { formatChange, formatValue } from './format-value.ts';

const INK = '#26323a';
const QUIET = '#6b7780';
const RULE = '#e3e8ea';
const MARGIN = 44;
const TILES_A_ROW = 4;
/** Of A4, in points. */
const PAGE_WIDTH = 595.28;

type Language = ReportDocument['language'];

/** The report as an A4 PDF. */
export async function renderPdf(report: ReportDocument): Promise<Uint8Array> {
  const { default: pdfmake } = await import('pdfmake');
  const fonts = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto');
  const face = (name: string) => join(fonts, `Roboto-${name}.ttf`);
  pdfmake.setFonts({
    Roboto: {
      normal: face('Regular'),
      bold: face('Medium'),
      italics: face('Italic'),
      bolditalics: face('MediumItalic'),
    },
  });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => path.startsWith(fonts));
  return new Uint8Array(await pdfmake.createPdf(await layOut(report)).getBuffer());
}

async function layOut(report: ReportDocument): Promise<TDocumentDefinitions> {
  const { language, organization, title, period } = report;
  const width = PAGE_WIDTH - 2 * MARGIN;
  const sections: Content[] = [];
  for (const section of report.sections) sections.push(...(await layOutSection(section, width, language)));
  return {
    pageSize: 'A4',
    pageMargins: [MARGIN, MARGIN, MARGIN, 52],
    info: { title: `${title}, ${period}`, author: organization, creator: 'Ulak', producer: 'Ulak' },
    language,
    defaultStyle: { font: 'Roboto', fontSize: 9, color: INK, lineHeight: 1.2 },
    content: [...head(report, width), ...sections],
    footer: (page, pages) => ({
      margin: [MARGIN, 18, MARGIN, 0],
      fontSize: 7.5,
      color: QUIET,
      columns: [
        { width: '*', text: `${organization}  ·  ${title}  ·  ${period}` },
        { width: 'auto', text: `${page} / ${pages}`, alignment: 'right' },
      ],
    }),
    // a heading is not left alone at the foot of a page
    pageBreakBefore: (node, nodes) =>
      node.headlineLevel === 1 && nodes.getFollowingNodesOnPage().length === 0 && node.startPosition.top > 200,
  };
}

function head({ organization, title, period, prepared }: ReportDocument, width: number): Content[] {
  return [
    { text: organization, color: ACCENT, bold: true, fontSize: 10, characterSpacing: 0.2 },
    { text: title, fontSize: 22, bold: true, margin: [0, 6, 0, 0], lineHeight: 1.1 },
    {
      columns: [
        { text: period, fontSize: 13, color: QUIET },
        { text: prepared, fontSize: 8, color: QUIET, alignment: 'right', margin: [0, 5, 0, 0] },
      ],
      margin: [0, 2, 0, 10],
    },
    {
      canvas: [{ type: 'line', x1: 0, y1: 0, x2: width, y2: 0, lineWidth: 1.2, lineColor: ACCENT }],
      margin: [0, 0, 0, 4],
    },
  ];
}

/** So many rows are kept on one page with their heading. */
const KEPT_ROWS = 27;

async function layOutSection(section: Section, width: number, language: Language): Promise<Content[]> {
  const { heading, note, tiles, chart, table, empty } = section;
  const start: Content[] = [
    { text: heading, headlineLevel: 1, fontSize: 12, bold: true, margin: [0, 16, 0, note ? 1 : 7] },
    ...(note ? [{ text: note, fontSize: 7.5, color: QUIET, margin: below(7) }] : []),
    ...(tiles ? [layOutTiles(tiles, language)] : []),
    ...(empty ? [{ text: empty, color: QUIET, margin: [0, 10, 0, 0] as [number, number, number, number] }] : []),
  ];
  const drawn: Content[] = chart ? [{ svg: await drawChart(chart, width, language), width, margin: below(6) }] : [];
  const body = table ? [layOutTable(table, width, language)] : [];
  const kept = !table || table.rows.length + (chart ? 8 : 0) <= KEPT_ROWS;
  return kept
    ? [{ stack: [...start, ...drawn, ...body], unbreakable: true }]
    : [{ stack: [...start, ...drawn], unbreakable: true }, ...body];
}

const below = (points: number): [number, number, number, number] => [0, 0, 0, points];

function layOutTiles(tiles: Tile[], language: Language): Content {
  const rows = Array.from({ length: Math.ceil(tiles.length / TILES_A_ROW) }, (_, row) =>
    tiles.slice(row * TILES_A_ROW, (row + 1) * TILES_A_ROW).map((tile) => layOutTile(tile, language)),
  );
  return {
    layout: {
      hLineWidth: (row) => (row > 0 && row < rows.length ? 8 : 0),
      hLineColor: () => '#ffffff',
      vLineWidth: (column) => (column > 0 && column < TILES_A_ROW ? 8 : 0),
      vLineColor: () => '#ffffff',
      paddingLeft: () => 8,
      paddingRight: () => 8,
      paddingTop: () => 6,
      paddingBottom: () => 4,
      fillColor: () => '#f1f6f6',
    },
    table: { widths: Array.from({ length: TILES_A_ROW }, () => '*'), body: rows },
  };
}

function layOutTile({ label, type, value, hint }: Tile, language: Language): TableCell {
  return {
    stack: [
      { text: hint ? `${label}, ${hint}` : label, fontSize: 7.5, color: QUIET },
      {
        margin: [0, 2, 0, 0],
        columns: [
          { width: 'auto', text: formatValue(value.now, type, language), fontSize: 15, bold: true, noWrap: true },
          {
            width: '*',
            text: formatChange(changeOf(value), language),
            fontSize: 8,
            color: QUIET,
            alignment: 'right',
            margin: [0, 6, 0, 0],
          },
        ],
      },
    ],
  };
}

const lines: CustomTableLayout = {
  hLineWidth: (row, node) => (row === 0 ? 0 : row === 1 || row === node.table.body.length ? 0.8 : 0.4),
  hLineColor: (row, node) => (row === 1 || row === node.table.body.length ? '#b9c4c8' : RULE),
  vLineWidth: () => 0,
  paddingLeft: (column) => (column === 0 ? 0 : 5),
  paddingRight: (column, node) => (column === (node.table.widths?.length ?? 0) - 1 ? 0 : 5),
  paddingTop: () => 3,
  paddingBottom: () => 2,
};

function layOutTable({ columns, rows, total }: Table, width: number, language: Language): Content {
  const cell = (value: Value, column: Column, bold: boolean): TableCell => {
    const alignment = column.type === 'text' ? 'left' : 'right';
    if (!isPair(value)) return { text: formatValue(value, column.type, language), alignment, bold };
    const change = formatChange(changeOf(value), language);
    const now = { text: formatValue(value.now, column.type, language), bold };
    return { alignment, text: [now, { text: `\n${change || ' '}`, fontSize: 7, color: QUIET, bold: false }] };
  };
  const each = Math.min(84, (width * 0.7) / (columns.length - 1));
  return {
    layout: lines,
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: columns.map((_, index) => (index === 0 ? '*' : each - 10)),
      body: [
        columns.map(({ label, type }) => ({
          text: label,
          fontSize: 7.5,
          color: QUIET,
          alignment: type === 'text' ? 'left' : 'right',
        })),
        ...rows.map((row) => row.map((value, index) => cell(value, columns[index]!, false))),
        ...(total ? [total.map((value, index) => cell(value, columns[index]!, true))] : []),
      ],
    },
  };
}
