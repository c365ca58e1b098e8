import { inArray, type SQL, sql } from 'drizzle-orm';
import { type OrgContext, outsideBelt } from '#src/context.ts';
import { type CustomerRow, customerColumns } from '#src/customers/consent-queries.ts';
import { customers } from '#src/db/schema/customers.ts';
import { type Page, toPage } from '#src/platform/cursor.ts';
import { filterSql } from './filter-sql.ts';
import { type Found, type ListInput, type ListStatement, listStatement } from './list-statement.ts';
import { readByPlan } from './read-by-plan.ts';
import type { ResolvedFilter } from './resolve-filter.ts';

/** More than so many, as PostgreSQL guesses, are not all read to sort them. */
const FEW = 30_000;

/** The customers whom the filter lets through (found round the belt, read under it), sorted, a page of them: whatever is added meanwhile, none twice and none left out. */
export async function listFiltered(
  ctx: OrgContext,
  resolved: ResolvedFilter | null,
  input: ListInput,
): Promise<Page<CustomerRow>> {
  const statement = listStatement(ctx, resolved, input);
  return readByPlan(ctx, async (ctx) => {
    const found = await findPage(outsideBelt(ctx), resolved, statement, input.limit);
    const page = toPage(found, input.limit, statement.keyOf);
    return { ...page, data: await readRows(ctx, page.data) };
  });
}

async function findPage(
  ctx: OrgContext,
  resolved: ResolvedFilter | null,
  { walk, ...ways }: ListStatement,
  limit: number,
): Promise<Found[]> {
  if (walk) {
    const found = await ctx.db.execute<Found>(walk);
    if (found.length > limit) return [...found];
  }
  const way = await chooseWay(ctx, resolved);
  return [...(await ctx.db.execute<Found>(ways[way]))];
}

/** Many are found in the order of the list, few are gathered and then sorted. */
export async function chooseWay(ctx: OrgContext, resolved: ResolvedFilter | null): Promise<'plain' | 'gather'> {
  if (resolved === null) return 'plain';
  const [row] = await ctx.db.execute<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    sql`explain (format json) select 1 from customers where ${filterSql(ctx, resolved)}`,
  );
  return row!['QUERY PLAN'][0].Plan['Plan Rows'] > FEW ? 'plain' : 'gather';
}

async function readRows(ctx: OrgContext, found: Found[]): Promise<CustomerRow[]> {
  const ids = found.map(({ id }) => id);
  if (ids.length === 0) return [];
  const rows = await ctx.db.select(customerColumns).from(customers).where(inArray(customers.id, ids));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** How many the filter lets through. */
export const countFiltered = (ctx: OrgContext, resolved: ResolvedFilter | null): Promise<number> =>
  readByPlan(ctx, async (inner) => {
    const [row] = await outsideBelt(inner).db.execute<{ count: string }>(countStatement(ctx, resolved));
    return Number(row!.count);
  });

export const countStatement = (ctx: OrgContext, resolved: ResolvedFilter | null): SQL =>
  sql`select count(*) as count from customers where ${filterSql(ctx, resolved)}`;
