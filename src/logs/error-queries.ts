import { and, desc, eq, getTableColumns, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { errorGroups } from '#src/db/schema/logs.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { patternsOf } from './log-filter.ts';

export type ErrorRow = Omit<typeof errorGroups.$inferSelect, 'searchText'>;

export type ErrorSearch = {
  status?: 'open' | 'resolved' | undefined;
  level?: number | undefined;
  search?: string | undefined;
  sort: 'last-seen' | 'first-seen' | 'count';
  limit: number;
  cursor?: string | undefined;
};

const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isCount = (value: unknown): boolean => Number.isSafeInteger(value);

/** What each order goes by, as a cursor holds it. */
const orders = {
  'last-seen': {
    column: errorGroups.lastSeenAt,
    type: sql`timestamptz`,
    shape: isTime,
    of: (row: ErrorRow) => row.lastSeenAt.toISOString(),
  },
  'first-seen': {
    column: errorGroups.firstSeenAt,
    type: sql`timestamptz`,
    shape: isTime,
    of: (row: ErrorRow) => row.firstSeenAt.toISOString(),
  },
  count: { column: errorGroups.count, type: sql`bigint`, shape: isCount, of: (row: ErrorRow) => row.count },
};

const { searchText: _, ...columns } = getTableColumns(errorGroups);

/** Kinds of errors, the newest, the youngest or the most frequent first. */
export async function listErrors(
  ctx: OrgContext,
  { sort, limit, cursor, ...filter }: ErrorSearch,
): Promise<Page<ErrorRow>> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  const order = orders[sort];
  const last = cursor === undefined ? null : decodeCursor(cursor, [order.shape, isUuid]);
  const rows = await ctx.db
    .select(columns)
    .from(errorGroups)
    .where(
      and(
        ...conditions(filter),
        last ? sql`(${order.column}, ${errorGroups.id}) < (${last[0]}::${order.type}, ${last[1]}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(order.column), desc(errorGroups.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [order.of(row), row.id]);
}

const conditions = ({
  status,
  level,
  search,
}: Pick<ErrorSearch, 'status' | 'level' | 'search'>): (SQL | undefined)[] => [
  status && (status === 'open' ? isNull(errorGroups.resolvedAt) : isNotNull(errorGroups.resolvedAt)),
  level === undefined ? undefined : sql`${errorGroups.level} >= ${level}`,
  ...patternsOf(search).map((pattern) => sql`${errorGroups.searchText} like ${pattern}`),
];

export async function findError(ctx: OrgContext, id: string): Promise<ErrorRow> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  const [row] = await ctx.db.select(columns).from(errorGroups).where(eq(errorGroups.id, id));
  if (!row) throw notFound();
  return row;
}
