import { and, desc, eq, getTableColumns, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { logLines } from '#src/db/schema/logs.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { Problem } from '#src/platform/problem.ts';
import { type LogFilter, patternsOf } from './log-filter.ts';

export type LogRow = Omit<typeof logLines.$inferSelect, 'xid'> & { xid: number };
export type LogSearch = LogFilter & {
  from?: Date | undefined;
  to?: Date | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** So many of the newest are looked at one by one, before the index of words is asked: a word that is common is among them. */
const LOOKED_AT = 20_000;
const DAY_MS = 86_400_000;

const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));

/** Lines of every process, newest first. */
export async function listLogs(
  ctx: OrgContext,
  { limit, cursor, from, to, ...filter }: LogSearch,
): Promise<Page<LogRow>> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  const last = cursor === undefined ? null : decodeCursor(cursor, [isTime, isUuid]);
  const where = and(
    ...conditions(filter),
    from && gte(logLines.at, from),
    to && lt(logLines.at, to),
    last ? sql`(${logLines.at}, ${logLines.id}) < (${last[0]}::timestamptz, ${last[1]}::uuid)` : undefined,
  );
  const until = new Date(
    Math.min(...[last?.[0], to].map((at) => (at ? new Date(at).getTime() : Number.POSITIVE_INFINITY))),
  );
  const rows =
    patternsOf(filter.search).length === 0
      ? await newest(ctx, where, limit + 1)
      : await search(ctx, { where, patterns: patternsOf(filter.search), from, until, limit: limit + 1 });
  return toPage(rows, limit, ({ at, id }) => [at.toISOString(), id]);
}

/** The level as it stands in the indexes. */
const atLeast = (level: number): SQL | undefined =>
  level > 10 ? sql`${logLines.level} >= ${sql.raw(String(level))}` : undefined;

const conditions = (filter: LogFilter): (SQL | undefined)[] =>
  [
    filter.level === undefined ? undefined : atLeast(filter.level),
    filter.userId && eq(logLines.userId, filter.userId),
    filter.organizationId && eq(logLines.organizationId, filter.organizationId),
    filter.campaignId && eq(logLines.campaignId, filter.campaignId),
    filter.requestId && eq(logLines.requestId, filter.requestId),
    filter.job && eq(logLines.job, filter.job),
    filter.errorId && eq(logLines.fingerprint, filter.errorId),
  ].map((condition) => condition || undefined);

const newestFirst = [desc(logLines.at), desc(logLines.id)];

const newest = (ctx: AppContext, where: SQL | undefined, limit: number): Promise<LogRow[]> =>
  ctx.db
    .select()
    .from(logLines)
    .where(where)
    .orderBy(...newestFirst)
    .limit(limit);

type Search = { where: SQL | undefined; patterns: string[]; from: Date | undefined; until: Date; limit: number };

/** A common word is found among the newest; a rare one by its index, further and further back, so that no more is sorted than is shown. */
async function search(ctx: AppContext, { where, patterns, from, until, limit }: Search): Promise<LogRow[]> {
  const recent = ctx.db
    .select()
    .from(logLines)
    .where(where)
    .orderBy(...newestFirst)
    .limit(LOOKED_AT)
    .as('recent');
  const among = await ctx.db
    .select()
    .from(recent)
    .where(holds(recent.searchText, patterns))
    .orderBy(desc(recent.at), desc(recent.id))
    .limit(limit);
  if (among.length === limit) return among;
  const found: LogRow[] = [];
  const now = ctx.clock.now().getTime();
  const oldest = Math.max(from?.getTime() ?? 0, now - (ctx.config.logs.retentionDays + 1) * DAY_MS);
  let end: Date | null = Number.isFinite(until.getTime()) ? until : null;
  for (let days = 1; found.length < limit; days *= 4) {
    const start = (end?.getTime() ?? now) - days * DAY_MS;
    const isLast = start <= oldest;
    const slice = and(
      where,
      end ? sql`${logLines.at} <= ${end.toISOString()}::timestamptz` : undefined,
      isLast ? undefined : sql`${logLines.at} > ${new Date(start).toISOString()}::timestamptz`,
    );
    found.push(...(await byIndex(ctx, and(slice, holds(logLines.searchText, patterns)), limit - found.length)));
    if (isLast) break;
    end = new Date(start);
  }
  return found;
}

const holds = (text: Parameters<typeof sql>[1] & object, patterns: string[]): SQL =>
  sql.join(
    patterns.map((pattern) => sql`${text} like ${pattern}`),
    sql` and `,
  );

/** `offset 0`: what holds the words is found first, then put in order; walking back line by line would be the wrong way here. */
async function byIndex(ctx: AppContext, where: SQL | undefined, limit: number): Promise<LogRow[]> {
  const found = ctx.db.select(getTableColumns(logLines)).from(logLines).where(where).offset(0).as('found');
  return ctx.db.select().from(found).orderBy(desc(found.at), desc(found.id)).limit(limit);
}

/** How far a follower has come: everything up to this writing transaction and line. */
export type LogPosition = { xid: number; id: string };

/** The transactions that are complete: everything below the first; and the one that comes next. */
export async function readHorizon(ctx: AppContext): Promise<{ complete: number; next: number }> {
  const [row] = await ctx.db.execute<{ complete: string; next: string }>(sql`
    select pg_snapshot_xmin(s)::text as complete, pg_snapshot_xmax(s)::text as next from pg_current_snapshot() s`);
  return { complete: Number(row!.complete), next: Number(row!.next) };
}

/** The next lines after `from` that were written by transactions below `to`. */
export const readWritten = (ctx: AppContext, from: LogPosition, to: number, limit: number): Promise<LogRow[]> =>
  ctx.db
    .select()
    .from(logLines)
    .where(
      and(
        sql`(${logLines.xid}, ${logLines.id}) > (${from.xid}::bigint, ${from.id}::uuid)`,
        sql`${logLines.xid} < ${to}::bigint`,
      ),
    )
    .orderBy(logLines.xid, logLines.id)
    .limit(limit);
