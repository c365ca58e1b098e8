import { and, desc, eq, lt } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { reportSchedules, reports } from '#src/db/schema/reports.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Report } from './report.ts';
import type { Schedule } from './schedule.ts';

/** An owner sees all of the organization's, a consultant his own. */
const visible = (ctx: OrgContext) =>
  and(
    eq(reports.organizationId, ctx.organizationId),
    ctx.role === 'owner' ? undefined : eq(reports.userId, ctx.userId),
  );

/** Throws `not-found`. */
export async function getReport(ctx: OrgContext, id: string): Promise<Report> {
  const [row] = await ctx.db
    .select()
    .from(reports)
    .where(and(eq(reports.id, id), visible(ctx)));
  if (!row) throw notFound();
  return row;
}

/** Those that were asked for, newest first. */
export async function listReports(
  ctx: OrgContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Report>> {
  const rows = await ctx.db
    .select()
    .from(reports)
    .where(and(visible(ctx), cursor ? lt(reports.id, decodeIdCursor(cursor)) : undefined))
    .orderBy(desc(reports.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id]);
}

/** Null: the caller has never set one. */
export async function findSchedule(ctx: OrgContext): Promise<Schedule | null> {
  const [row] = await ctx.db
    .select()
    .from(reportSchedules)
    .where(and(eq(reportSchedules.userId, ctx.userId), eq(reportSchedules.organizationId, ctx.organizationId)));
  return row ?? null;
}
