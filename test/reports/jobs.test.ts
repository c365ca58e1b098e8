import { eq, sql } from 'drizzle-orm';
import PostalMime from 'postal-mime';
import { afterAll, expect, it } from 'vitest';
import { mails, sandboxMails } from '#src/db/schema/emails.ts';
import { reports } from '#src/db/schema/reports.ts';
import { askScheduledReports } from '#src/reports/ask-scheduled-reports.ts';
import { createReportRenderer } from '#src/reports/create-report-renderer.ts';
import { purgeReports } from '#src/reports/purge-reports.ts';
import { runReport } from '#src/reports/run-report.ts';
import { createWorld } from '#test/support/world.ts';

const world = await createWorld();
const { acme, globex, ctx, clock } = world;
const renderer = createReportRenderer();
afterAll(async () => {
  await renderer.close();
  await world[Symbol.asyncDispose]();
});

const DAY_MS = 86_400_000;

it('202: made by a job, with progress, kept for a month; 409 before, 404 after and for others', async () => {
  const asked = await acme.call('POST', '/v1/reports', {
    kind: 'monthly',
    year: '2025',
    format: 'csv',
    language: 'tr',
  });
  expect(asked.status).toBe(202);
  const { id } = await asked.json();
  const path = `/v1/reports/${id}`;
  expect(await (await acme.call('GET', path)).json()).toMatchObject({
    status: 'pending',
    progress: 0,
    from: '2025-01-01',
    to: '2025-12-31',
  });
  expect((await acme.call('GET', `/v1/reports/${id}/content`)).status).toBe(409);
  expect((await globex.call('GET', path)).status).toBe(404);
  expect((await globex.call('GET', `${path}/content`)).status).toBe(404);
  await world.drain();
  const made = await (await acme.call('GET', path)).json();
  expect(made).toMatchObject({ status: 'completed', progress: 1, fileName: 'performans-2025.csv', scheduled: false });
  const content = await acme.call('GET', `/v1/reports/${id}/content`);
  const bytes = Buffer.from(await content.arrayBuffer());
  expect(content.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(bytes).toHaveLength(made.sizeBytes);
  expect(bytes.toString()).toContain('Yıllık performans raporu');
  expect((await (await acme.call('GET', '/v1/reports')).json()).data.map((one: { id: string }) => one.id)).toEqual([
    id,
  ]);
  clock.advance({ minutes: 31 * 24 * 60 });
  expect((await acme.call('GET', `/v1/reports/${id}/content`)).status).toBe(404);
  expect(await purgeReports(ctx)).toBe(1);
  expect(await ctx.storage.exists(`reports/${id}`)).toBe(false);
});

it('400: no period, two of them, one that has not begun', async () => {
  for (const body of [
    { kind: 'monthly' },
    { kind: 'monthly', month: '2025-01', year: '2025' },
    { kind: 'lead-sources', from: '2025-01-01' },
    { kind: 'monthly', month: '2027-01' },
    { kind: 'monthly', year: '2028' },
  ])
    expect((await acme.call('POST', '/v1/reports', body)).status).toBe(400);
});

it('goes out once on the first of the month, at eight on the reader’s clock, whatever runs twice', async () => {
  clock.set(new Date('2026-06-15T09:00:00Z'));
  const schedule = await acme.call('PUT', '/v1/report-schedule', { enabled: true });
  expect(await schedule.json()).toEqual({
    enabled: true,
    kind: 'monthly',
    format: 'pdf',
    nextAt: '2026-07-01T05:00:00.000Z',
  });
  for (const early of ['2026-06-15T09:00:00Z', '2026-07-01T04:59:00Z']) {
    clock.set(new Date(early));
    expect(await askScheduledReports(ctx)).toBe(0);
  }
  clock.set(new Date('2026-07-01T05:00:00Z'));
  const asked = await Promise.all([askScheduledReports(ctx), askScheduledReports(ctx), askScheduledReports(ctx)]);
  expect(asked.reduce((sum, one) => sum + one, 0)).toBe(1);
  const [report] = await ctx.db.select().from(reports).where(eq(reports.scheduledMonth, '2026-06'));
  await Promise.all([runReport(ctx, renderer, report!.id), runReport(ctx, renderer, report!.id)]);
  await runReport(ctx, renderer, report!.id);
  await world.drain();
  expect(await ctx.db.select().from(mails).where(eq(mails.kind, 'report-ready'))).toMatchObject([
    { status: 'sent', language: 'tr' },
  ]);
  const [mail] = await ctx.db.select().from(sandboxMails);
  const letter = await PostalMime.parse(Buffer.from(mail!.raw, 'base64'));
  expect(letter.subject).toBe('Aylık performans raporu: Haziran 2026, acme');
  expect(letter.attachments).toMatchObject([{ filename: 'performans-2026-06.pdf', mimeType: 'application/pdf' }]);
  expect(
    Buffer.from(letter.attachments[0]!.content as ArrayBuffer)
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
  clock.advance({ minutes: 600 });
  expect(await askScheduledReports(ctx)).toBe(0);
});

it('a month that was missed is made up for; switched off and on again, nothing old is sent', async () => {
  clock.set(new Date('2026-08-20T09:00:00Z'));
  expect(await askScheduledReports(ctx)).toBe(1);
  await acme.call('PUT', '/v1/report-schedule', { enabled: false });
  clock.set(new Date('2026-10-05T09:00:00Z'));
  expect(await askScheduledReports(ctx)).toBe(0);
  await acme.call('PUT', '/v1/report-schedule', { enabled: true, kind: 'consultants', format: 'xlsx' });
  expect(await askScheduledReports(ctx)).toBe(0);
  expect((await (await acme.call('GET', '/v1/report-schedule')).json()).nextAt).toBe('2026-11-01T05:00:00.000Z');
  await ctx.db.execute(sql`update users set banned = true where id = ${acme.userId}`);
  clock.set(new Date('2026-11-01T05:00:00Z'));
  expect(await askScheduledReports(ctx)).toBe(0);
  await ctx.db.execute(sql`update users set banned = false where id = ${acme.userId}`);
  expect(await askScheduledReports(ctx)).toBe(1);
});

it('what never got made is given up, and who may not see it any more gets nothing', async () => {
  await ctx.db.delete(reports);
  const ask = async () =>
    (await (await acme.call('POST', '/v1/reports', { kind: 'monthly', month: '2026-09' })).json()).id;
  const [left, lost] = [await ask(), await ask()];
  await ctx.db.execute(sql`update members set role = 'consultant' where user_id = ${acme.userId}`);
  await runReport(ctx, renderer, left);
  await ctx.db.execute(sql`update members set role = 'owner' where user_id = ${acme.userId}`);
  expect(await (await acme.call('GET', `/v1/reports/${left}`)).json()).toMatchObject({
    status: 'failed',
    statusReason: 'not-allowed',
  });
  clock.set(new Date(clock.now().getTime() + DAY_MS));
  await purgeReports(ctx);
  expect(await (await acme.call('GET', `/v1/reports/${lost}`)).json()).toMatchObject({
    status: 'failed',
    statusReason: 'could-not-be-made',
  });
});
