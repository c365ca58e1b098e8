import { PassThrough, Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { importCustomersJob } from '#src/customers/jobs.ts';
import { runImport } from '#src/customers/run-import.ts';
import { startImport } from '#src/customers/start-import.ts';
import { customerImports } from '#src/db/schema/customer-imports.ts';
import type { Ground, Site } from './ground.ts';
import { type Section, timed, type Watch, watch } from './measure.ts';
import { createSenders, type Sender } from './populate.ts';

export type ImportSize = { rows: number };

const HEADER = ['Ad Soyad', 'Cep Tel', 'E-posta', 'Şehir', 'Doğum Tarihi', 'Etiketler', 'E-posta İzni'];

/** What it takes to import a large file: new customers, the same once more, and a workbook. */
export async function benchImporting(ground: Ground, { rows }: ImportSize): Promise<Section> {
  await using site = await ground.open();
  const [sender] = (await createSenders(site.ctx, 1, 0)) as [Sender];
  const csv = () => Readable.toWeb(Readable.from(csvLines(rows), { objectMode: false })) as ReadableStream;
  const carry = (body: ReadableStream, dryRun = false) => carryOut(site, sender, body, dryRun);
  await carry(Readable.toWeb(Readable.from(csvLines(100), { objectMode: false })) as ReadableStream);
  const tried = await carry(csv(), true);
  const created = await carry(csv());
  await site.ctx.db.execute(sql`create table bare_customers (like customers including all)`);
  const columns = sql.raw(
    'id, organization_id, first_name, last_name, phone, email, city, birthday, tags, search_text',
  );
  const bare = await timed(async () =>
    site.ctx.db.execute(sql`insert into bare_customers (${columns}) select ${columns} from customers`),
  );
  const again = await carry(csv());
  const workbook = await carry(Readable.toWeb(Readable.from([await xlsxBytes(rows)])) as ReadableStream);
  const baseline = { what: 'INSERT … SELECT of the same customers, same indexes', values: [bare] };
  const figures: [string, Watch][] = [
    ['CSV, everybody new: customers, addresses, consents', created],
    ['CSV, dry run', tried],
    ['CSV, everybody there already and unchanged', again],
    ['XLSX, the same', workbook],
  ];
  return {
    title: `Import of ${rows} rows of seven columns`,
    figures: figures.flatMap(([what, { seconds, grownMb, blockedMs }], i) => [
      { what, unit: 's', values: [seconds], ...(i === 0 && { baseline }) },
      { what: `${what}: memory above the start at most`, unit: 'MB', values: [grownMb] },
      { what: `${what}: event loop blocked at most`, unit: 'ms', values: [blockedMs] },
    ]),
    notes: ['The baseline writes no addresses and no consents, checks nothing and has the rows ready.'],
  };
}

const rowOf = (i: number): string[] => [
  `Ayşe Nur Yıldız ${i}`,
  `+90532${String(i).padStart(7, '0')}`,
  `kisi${i}@example.com`,
  i % 2 ? 'İstanbul' : 'Muğla',
  '31.12.1985',
  'fuar, 2026',
  i % 3 ? 'evet' : '',
];

function* csvLines(rows: number): Generator<Buffer> {
  yield Buffer.from(`${HEADER.join(';')}\r\n`);
  for (let i = 0; i < rows; i++) yield Buffer.from(`${rowOf(i).join(';')}\r\n`);
}

async function xlsxBytes(rows: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const stream = new PassThrough().on('data', (piece: Buffer) => pieces.push(piece));
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: true });
  const sheet = book.addWorksheet('Liste');
  sheet.addRow(HEADER).commit();
  for (let i = 0; i < rows; i++) sheet.addRow(rowOf(i)).commit();
  sheet.commit();
  await book.commit();
  return Buffer.concat(pieces);
}

async function carryOut({ ctx }: Site, sender: Sender, body: ReadableStream, dryRun: boolean): Promise<Watch> {
  const importId = await startImport(sender.ctx, { body, dryRun });
  const { organizationId } = sender;
  const taken = await watch(() => runImport(ctx, { organizationId, importId }, new AbortController().signal));
  await ctx.boss.deleteQueuedJobs(importCustomersJob.name);
  const [record] = await ctx.db.select().from(customerImports).where(sql`id = ${importId}::uuid`);
  if (record?.status !== 'completed' || record.rejectedCount > 0) throw new Error(`import ${record?.statusReason}`);
  return taken;
}
