import { Readable } from 'node:stream';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { type AppContext, actFor, inTransaction, type OrgContext } from '#src/context.ts';
import { members } from '#src/db/schema/accounts.ts';
import { reports } from '#src/db/schema/reports.ts';
import { Problem } from '#src/platform/problem.ts';
import type { ReportRenderer } from './create-report-renderer.ts';
import { describeReport } from './describe-report.ts';
import { mailReport } from './mail-report.ts';
import { makeReport, STEPS } from './make-report.ts';
import { periodBetween } from './period.ts';
import { presentReport } from './present-report.ts';
import { readGround } from './read-ground.ts';
import { DAY_MS, KEPT_DAYS, type Report, requireReader } from './report.ts';

/**
 * Makes a report that was asked for. However often it runs, and wherever it is cut off, there is one file, and one mail of a report that
 * was scheduled: both are settled with the row.
 */
export async function runReport(app: AppContext, renderer: ReportRenderer, reportId: string): Promise<void> {
  const [report] = await app.db
    .update(reports)
    .set({
      status: 'running',
      startedAt: sql`coalesce(started_at, ${app.clock.now().toISOString()}::timestamptz)`,
      doneSteps: 0,
    })
    .where(and(eq(reports.id, reportId), inArray(reports.status, ['pending', 'running'])))
    .returning();
  if (!report) return;
  const ctx = await readerOf(app, report);
  if (!ctx) return fail(app, report, 'not-allowed');
  await complete(ctx, report, await draw(ctx, renderer, report));
}

/** Who asked for it, as what he is by now; null: nobody who may see it. */
async function readerOf(app: AppContext, report: Report): Promise<OrgContext | null> {
  const { organizationId, userId } = report;
  const [member] = await app.db
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.userId, userId), eq(members.organizationId, organizationId)));
  if (!member) return null;
  const ctx: OrgContext = { ...actFor(app, { organizationId, userId }), role: member.role, language: report.language };
  try {
    requireReader(ctx, report.kind);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
  return ctx;
}

async function draw(ctx: OrgContext, renderer: ReportRenderer, report: Report): Promise<Uint8Array> {
  const { id, kind, format, language } = report;
  await ctx.db
    .update(reports)
    .set({ totalSteps: STEPS[kind] + 2 })
    .where(eq(reports.id, id));
  const step = async () => {
    await ctx.db.update(reports).set({ doneSteps: sql`done_steps + 1` }).where(eq(reports.id, id));
  };
  const ground = await readGround(ctx);
  const made = await makeReport(ctx, kind, ground, periodBetween(report.fromDay, report.toDay, ground.timeZone), step);
  await step();
  if (format === 'json') return new TextEncoder().encode(JSON.stringify(presentReport(made)));
  return renderer.render(describeReport(made, language), format);
}

async function complete(ctx: OrgContext, { id }: Report, bytes: Uint8Array): Promise<void> {
  const storageKey = `reports/${id}`;
  await ctx.storage.write(storageKey, Readable.from([bytes]));
  await inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const [completed] = await ctx.db
      .update(reports)
      .set({
        status: 'completed',
        storageKey,
        sizeBytes: bytes.length,
        doneSteps: sql`total_steps`,
        endedAt: now,
        expiresAt: new Date(now.getTime() + KEPT_DAYS * DAY_MS),
      })
      .where(and(eq(reports.id, id), eq(reports.status, 'running')))
      .returning();
    if (completed?.scheduledMonth) await mailReport(ctx, completed);
  });
}

async function fail(app: AppContext, { id }: Report, statusReason: string): Promise<void> {
  await app.db
    .update(reports)
    .set({ status: 'failed', statusReason, endedAt: app.clock.now() })
    .where(and(eq(reports.id, id), eq(reports.status, 'running')));
}
