import { Readable } from 'node:stream';
import type { OrgContext } from '#src/context.ts';
import { timeZoneOf } from '#src/customers/queries.ts';
import { defineRoute } from '#src/door.ts';
import { notFound, Problem, type ProblemCode } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery } from '#src/platform/schemas.ts';
import { answerReport, fileHeaders, languageOf } from './answer-report.ts';
import type { ReportFormat } from './choose-format.ts';
import type { ReportRenderer } from './create-report-renderer.ts';
import { makeReport, type ReportKind } from './make-report.ts';
import { labelOf, periodBetween } from './period.ts';
import { presentReport } from './present-report.ts';
import { findSchedule, getReport, listReports } from './queries.ts';
import { readGround } from './read-ground.ts';
import { type AskedPeriod, readPeriod } from './read-period.ts';
import { fileNameOf, mimeTypes, requireReader } from './report.ts';
import { requestReport } from './request-report.ts';
import { monthBefore } from './schedule.ts';
import {
  ConsultantsOut,
  DaysQuery,
  LeadSourcesOut,
  MonthlyOut,
  MonthQuery,
  presentSchedule,
  presentStored,
  ReportIn,
  ReportOut,
  ReportPage,
  ScheduleIn,
  ScheduleOut,
} from './schemas.ts';
import { setSchedule } from './set-schedule.ts';

const read = { access: 'user', scope: 'reports:read', tag: 'Reports' } as const;
const write = { access: 'user', scope: 'reports:write', tag: 'Reports' } as const;
const files = Object.values(mimeTypes)
  .slice(1)
  .map((type) => type.split(';')[0]!);
const formats =
  'As JSON, CSV, XLSX or PDF, by the Accept header or `format`. Days are those of the organization’s owner’s clock.';

type Asked = AskedPeriod & { format?: ReportFormat | undefined; language?: 'tr' | 'en' | undefined };

/** The three reports, made while one waits. */
function reportsNow(renderer: ReportRenderer): Route<OrgContext>[] {
  const answer = async (ctx: OrgContext, kind: ReportKind, asked: Asked, request: Request) => {
    requireReader(ctx, kind);
    const ground = await readGround(ctx);
    const now = ctx.clock.now();
    const untold = asked.month === undefined && asked.from === undefined && asked.to === undefined;
    const month = untold ? monthBefore(now, ground.timeZone) : asked.month;
    const period = readPeriod({ ...asked, month }, ground.timeZone, now);
    const { made, file } = await answerReport(ctx, renderer, request, asked, () =>
      makeReport(ctx, kind, ground, period),
    );
    return (file ?? presentReport(made)) as never;
  };
  const refusals: ProblemCode[] = ['not-acceptable', 'unavailable'];
  const shared = { ...read, method: 'get', alsoProduces: files, problems: refusals } as const;
  return [
    defineRoute(
      {
        ...shared,
        path: '/v1/reports/monthly',
        summary: 'How a month went',
        description: formats,
        query: MonthQuery,
        answer: { status: 200, schema: MonthlyOut },
      },
      ({ ctx, query, request }) => answer(ctx, 'monthly', query, request),
    ),
    defineRoute(
      {
        ...shared,
        path: '/v1/reports/consultants',
        summary: 'The same figures of everybody side by side, with what changed',
        description: `${formats} A consultant sees his own line.`,
        query: MonthQuery,
        answer: { status: 200, schema: ConsultantsOut },
      },
      ({ ctx, query, request }) => answer(ctx, 'consultants', query, request),
    ),
    defineRoute(
      {
        ...shared,
        path: '/v1/reports/lead-sources',
        summary: 'Where customers came from, and how far those of each source got',
        description: formats,
        query: DaysQuery,
        answer: { status: 200, schema: LeadSourcesOut },
      },
      ({ ctx, query, request }) => answer(ctx, 'lead-sources', query, request),
    ),
  ];
}

const stored: Route<OrgContext>[] = [
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/reports',
      summary: 'Have a report made',
      description: 'For long ones: a year, many consultants. Its file is kept for 30 days.',
      body: ReportIn,
      answer: { status: 202, schema: ReportOut },
    },
    async ({ ctx, body: { kind, format, language, ...asked }, request }) => {
      const { timeZone } = await readGround(ctx);
      const period = readPeriod(asked, timeZone, ctx.clock.now());
      const spoken = await languageOf(ctx, request, language);
      return presentStored(await requestReport(ctx, { kind, period, format, language: spoken }));
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/reports',
      summary: 'Reports that were asked for, newest first',
      query: PageQuery,
      answer: { status: 200, schema: ReportPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listReports(ctx, query);
      return { data: data.map(presentStored), nextCursor };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/reports/{id}',
      summary: 'One of them: how far it is',
      params: IdParams,
      answer: { status: 200, schema: ReportOut },
    },
    async ({ ctx, params }) => presentStored(await getReport(ctx, params.id)),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/reports/{id}/content',
      summary: 'Its file',
      description: '409 as long as it is not there; 404 once it has expired.',
      params: IdParams,
      answer: { status: 200 },
      alsoProduces: [...files, 'application/json'],
      problems: ['conflict'],
    },
    async ({ ctx, params }) => answerContent(ctx, params.id),
  ),
];

async function answerContent(ctx: OrgContext, id: string): Promise<Response> {
  const report = await getReport(ctx, id);
  const { status, statusReason, storageKey, expiresAt, kind, format, language } = report;
  if (status !== 'completed')
    throw new Problem('conflict', {
      detail: { en: 'The report is not there yet', tr: 'Rapor henüz hazır değil' },
      members: { reportStatus: status, statusReason },
    });
  if (storageKey === null || (expiresAt && expiresAt <= ctx.clock.now())) throw notFound();
  const label = labelOf(periodBetween(report.fromDay, report.toDay, 'utc'));
  const content = await ctx.storage.read(storageKey);
  return new Response(Readable.toWeb(content) as ReadableStream, {
    headers: {
      ...fileHeaders(format, fileNameOf(kind, label, format, language)),
      'Content-Length': String(report.sizeBytes),
    },
  });
}

const schedules: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/report-schedule',
      summary: 'Whether you get last month’s report by mail',
      answer: { status: 200, schema: ScheduleOut },
    },
    async ({ ctx }) => presentSchedule(await findSchedule(ctx), ctx.clock.now(), await timeZoneOf(ctx)),
  ),
  defineRoute(
    {
      ...write,
      method: 'put',
      path: '/v1/report-schedule',
      summary: 'Get last month’s report by mail on the first of each month',
      description: 'In your language, at 8:00 on your clock, the file attached; from the next first of a month on.',
      body: ScheduleIn,
      answer: { status: 200, schema: ScheduleOut },
    },
    async ({ ctx, body }) => presentSchedule(await setSchedule(ctx, body), ctx.clock.now(), await timeZoneOf(ctx)),
  ),
];

export const reportsRoutes = (renderer: ReportRenderer): Route<OrgContext>[] => [
  ...reportsNow(renderer),
  ...stored,
  ...schedules,
];
