import { sql } from 'drizzle-orm';
import exceljs from 'exceljs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createReportRenderer } from '#src/reports/create-report-renderer.ts';
import type { ReportDocument } from '#src/reports/document.ts';
import { monthOf } from '#src/reports/period.ts';
import { createWorld } from '#test/support/world.ts';
import { naiveFigures } from './naive-figures.ts';
import { type Business, fillBusiness } from './random-business.ts';
import { readPdf } from './read-pdf.ts';

const world = await createWorld();
const { acme } = world;
const month = monthOf('2026-02', 'Europe/Istanbul');
const NAME = 'Çığır & Işık Şöğüt İnşaat';
let business: Business;

beforeAll(async () => {
  business = await fillBusiness(world, month.from);
  await world.ctx.db.execute(sql`update organizations set name = ${NAME} where id = ${acme.organizationId}`);
  await world.ctx.db.execute(
    sql`update customers set source = '=HYPERLINK("https://evil.example")' where source = 'Fuar'`,
  );
});
afterAll(() => world[Symbol.asyncDispose]());

const get = (path: string, headers = {}) => acme.call('GET', `/v1/reports/${path}`, undefined, headers);
const bytesOf = async (response: Awaited<ReturnType<typeof get>>) => new Uint8Array(await response.arrayBuffer());

it('200: a PDF in Turkish, with its letters, its figures and its pages counted', async () => {
  const response = await get('monthly?month=2026-02', { accept: 'application/pdf', 'accept-language': 'tr' });
  expect(response.headers.get('content-type')).toBe('application/pdf');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="performans-2026-02.pdf"');
  const pages = await readPdf(await bytesOf(response));
  const figures = naiveFigures(business, month);
  expect(pages.length).toBeGreaterThan(1);
  for (const [index, page] of pages.entries()) expect(page).toContain(`${index + 1} / ${pages.length}`);
  const text = pages.join(' ');
  for (const words of [
    NAME,
    'Aylık performans raporu',
    'Şubat 2026',
    'Kazanılan müşteri',
    'İlk yanıt süresi',
    'Değişim',
    'Belirtilmemiş',
  ])
    expect(text).toContain(words);
  for (const count of [figures.customersWon, figures.whatsappSent, figures.emailSent])
    expect(text).toContain(count.toLocaleString('tr-TR'));
  const rate = (figures.whatsappRead / figures.whatsappSent).toLocaleString('tr-TR', {
    style: 'percent',
    minimumFractionDigits: 1,
  });
  expect(text).toContain(rate.slice(0, 3));
});

it('200: in English by name, and a month in which nothing happened says so', async () => {
  const english = await readPdf(await bytesOf(await get('consultants?month=2026-02&format=pdf&language=en')));
  for (const words of ['Comparison of consultants', 'February 2026', 'Işıl Şahin', '1 / '])
    expect(english.join(' ')).toContain(words);
  const empty = await readPdf(
    await bytesOf(await get('monthly?month=2019-01&format=pdf', { 'accept-language': 'tr' })),
  );
  expect(empty).toHaveLength(1);
  expect(empty[0]).toContain('Bu dönemde bir hareket yok.');
});

it('200: CSV and XLSX hold numbers, and what looks like a formula is a text', async () => {
  const path = 'lead-sources?from=2026-02-01&to=2026-02-28';
  const csv = await (await get(`${path}&format=csv`, { 'accept-language': 'tr' })).text();
  expect(csv).toContain(`"'=HYPERLINK(""https://evil.example"")",`);
  const won = business.customers.filter(({ createdAt }) => createdAt >= month.from && createdAt < month.to);
  expect(csv).toMatch(new RegExp(`Toplam,${won.length},1,`));
  const book = new exceljs.Workbook();
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  await book.xlsx.load(Buffer.from(await bytesOf(await get(path, { accept: type, 'accept-language': 'tr' }))) as never);
  const rows = book.worksheets[0]!.getSheetValues() as unknown[][];
  expect(rows.find((row) => row?.[1] === 'Toplam')!.slice(2, 4)).toEqual([won.length, 1]);
  expect(rows.some((row) => row?.[1] === '=HYPERLINK("https://evil.example")')).toBe(true);
});

it('406: a format that there is not; 403: what is an owner’s to see, while everybody has his own line', async () => {
  expect((await get('monthly?month=2026-02', { accept: 'image/png' })).status).toBe(406);
  expect((await get('monthly?month=2026-02', { accept: 'image/png, application/*;q=0.5' })).status).toBe(200);
  await world.ctx.db.execute(sql`update members set role = 'consultant' where user_id = ${acme.userId}`);
  expect((await get('monthly?month=2026-02')).status).toBe(403);
  expect((await get('lead-sources?from=2026-02-01&to=2026-02-28')).status).toBe(403);
  expect((await acme.call('POST', '/v1/reports', { kind: 'monthly', month: '2026-02' })).status).toBe(403);
  const { consultants, total } = await (await get('consultants?month=2026-02')).json();
  expect(consultants.map(({ userId }: { userId: string }) => userId)).toEqual([acme.userId]);
  expect(total.figures).toEqual(consultants[0].figures);
  await world.ctx.db.execute(sql`update members set role = 'owner' where user_id = ${acme.userId}`);
});

it('a report that cannot be drawn fails alone; the next one is drawn', async () => {
  const renderer = createReportRenderer();
  const report: ReportDocument = {
    language: 'en',
    organization: 'A',
    title: 'B',
    period: 'C',
    prepared: 'D',
    sections: [],
  };
  const [failed, drawn] = await Promise.allSettled([
    renderer.render({ ...report, sections: null } as never, 'csv'),
    renderer.render(report, 'csv'),
  ]);
  expect(failed.status).toBe('rejected');
  expect(drawn.status === 'fulfilled' && new TextDecoder().decode(drawn.value)).toContain('B,C');
  await renderer.close();
});
