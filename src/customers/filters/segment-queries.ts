import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { CustomerRow } from '#src/customers/consent-queries.ts';
import { segments } from '#src/db/schema/customer-records.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import { type FilterProblem, problemTexts } from './filter-problem.ts';
import { filterSql } from './filter-sql.ts';
import { countFiltered, listFiltered } from './list-filtered.ts';
import { type Filter, readStored } from './read-filter.ts';
import { type ResolvedFilter, requireResolved, resolveFilter } from './resolve-filter.ts';

export type SegmentRow = typeof segments.$inferSelect;
export type SegmentView = SegmentRow & { customerCount: number | null; problems: FilterProblem[] | null };
export type SegmentPreview = { customerCount: number; customers: CustomerRow[] };

const PREVIEWED = 20;

/** Newest first; who is in them is asked for one by one. */
export async function listSegments(
  ctx: OrgContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<SegmentView>> {
  const rows = await ctx.db
    .select()
    .from(segments)
    .where(
      and(
        eq(segments.organizationId, ctx.organizationId),
        cursor === undefined ? undefined : lt(segments.id, decodeIdCursor(cursor)),
      ),
    )
    .orderBy(desc(segments.id))
    .limit(limit + 1);
  const page = toPage(rows, limit, (row) => [row.id]);
  return { ...page, data: page.data.map((row) => ({ ...row, customerCount: null, problems: null })) };
}

export async function readSegment(ctx: OrgContext, id: string): Promise<SegmentRow> {
  const [row] = await ctx.db
    .select()
    .from(segments)
    .where(and(eq(segments.id, id), eq(segments.organizationId, ctx.organizationId)));
  if (!row) throw notFound();
  return row;
}

/** With the number of customers who are in it now, and why there are none if it speaks of what is gone. */
export async function getSegment(ctx: OrgContext, id: string): Promise<SegmentView> {
  const row = await readSegment(ctx, id);
  const resolved = await resolveSegment(ctx, row);
  const customerCount = resolved.problems.length > 0 ? 0 : await countFiltered(ctx, resolved);
  return { ...row, customerCount, problems: resolved.problems };
}

/** The filter of a segment, looked up; one that cannot be read is a problem like others. */
export async function resolveSegment(ctx: OrgContext, { id, filter }: SegmentRow): Promise<ResolvedFilter> {
  const read = readStored(filter);
  const resolved = await resolveFilter(ctx, read ?? { or: [] }, id);
  return read ? resolved : { ...resolved, problems: [problemTexts.unreadable(null, '')] };
}

/** Whom a filter lets through, before it is saved. Throws a 400 for what it speaks of and is not there. */
export async function previewFilter(ctx: OrgContext, filter: Filter): Promise<SegmentPreview> {
  const resolved = await requireResolved(ctx, filter, 'filter');
  const customerCount = await countFiltered(ctx, resolved);
  const { data } = await listFiltered(ctx, resolved, { limit: PREVIEWED });
  return { customerCount, customers: data };
}

/** SELECTs of one column, `customer_id`: who is in each of the segments at this moment. Who cannot be told is not. */
export async function segmentMembers(ctx: OrgContext, ids: string[]): Promise<SQL[]> {
  const leaf = (id: string): Filter => ({ field: 'segmentId', op: 'any', value: [id] });
  const resolved = await Promise.all(ids.map((id) => resolveFilter(ctx, leaf(id))));
  return resolved.map((one) => sql`select customers.id as customer_id from customers where ${filterSql(ctx, one)}`);
}

/** Places in `ids` of segments that are not there or cannot be told, each with why. */
export async function segmentProblems(ctx: OrgContext, ids: string[]): Promise<(FilterProblem & { at: number })[]> {
  const found: (FilterProblem & { at: number })[] = [];
  for (const [at, id] of ids.entries()) {
    const { problems } = await resolveFilter(ctx, { field: 'segmentId', op: 'any', value: [id] });
    if (problems[0]) found.push({ ...problems[0], at });
  }
  return found;
}
