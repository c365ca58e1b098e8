import { and, desc, eq, gt, isNull, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { organizations, userSettings } from '#src/db/schema/accounts.ts';
import { customerAddresses } from '#src/db/schema/customer-records.ts';
import { customers, suppressions } from '#src/db/schema/customers.ts';
import { groups } from '#src/db/schema/groups.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import { type CustomerRow, customerColumns } from './consent-queries.ts';
import { likePattern, searchPieces } from './customer.ts';
import { customerConditions } from './customer-conditions.ts';
import { customerMissing } from './customer-missing.ts';
import { findCustomers } from './filters/find-customers.ts';

type SuppressionRow = typeof suppressions.$inferSelect;
export type GroupRow = typeof groups.$inferSelect & { customerCount: number };
type PageInput = { limit: number; cursor?: string | undefined };

/** How national phone numbers of the organization are read. */
export async function defaultRegionOf(ctx: Pick<OrgContext, 'db' | 'organizationId'>): Promise<string> {
  const [found] = await ctx.db
    .select({ region: organizations.defaultRegion })
    .from(organizations)
    .where(eq(organizations.id, ctx.organizationId));
  return found?.region ?? 'TR';
}

/** The clock by which the user writes dates. */
export async function timeZoneOf(ctx: Pick<OrgContext, 'db' | 'userId'>): Promise<string> {
  const [found] = await ctx.db
    .select({ timeZone: userSettings.timeZone })
    .from(userSettings)
    .where(eq(userSettings.userId, ctx.userId));
  return found?.timeZone ?? 'Europe/Istanbul';
}

/** Throws `not-found` for a deleted one and for another organization's. */
export async function getCustomer(ctx: OrgContext, id: string): Promise<CustomerRow> {
  const [row] = await ctx.db
    .select(customerColumns)
    .from(customers)
    .where(and(eq(customers.id, id), customerConditions(ctx, {})));
  if (!row) throw await customerMissing(ctx, id);
  return row;
}

/** The id of the living customer with this phone, be it his first or another. */
export async function customerIdByPhone(ctx: OrgContext, phone: string): Promise<string | null> {
  const { organizationId, address, kind, deletedAt, customerId } = customerAddresses;
  const [row] = await ctx.db
    .select({ id: customerId })
    .from(customerAddresses)
    .where(and(eq(organizationId, ctx.organizationId), eq(address, phone), eq(kind, 'phone'), isNull(deletedAt)));
  return row?.id ?? null;
}

export async function getGroup(ctx: OrgContext, id: string): Promise<GroupRow> {
  const [row] = await selectGroups(ctx, eq(groups.id, id), 1);
  if (!row) throw notFound();
  return row;
}

/** Newest first, each with its number of customers. */
export async function listGroups(ctx: OrgContext, { limit, cursor }: PageInput): Promise<Page<GroupRow>> {
  return toPage(await selectGroups(ctx, after(groups.id, cursor), limit + 1), limit, (row) => [row.id]);
}

const selectGroups = (ctx: OrgContext, condition: SQL | undefined, limit: number): Promise<GroupRow[]> =>
  ctx.db
    .select({
      id: groups.id,
      organizationId: groups.organizationId,
      name: groups.name,
      createdAt: groups.createdAt,
      updatedAt: groups.updatedAt,
      customerCount: sql<number>`(select count(*)::int from group_members member where member.group_id = ${groups.id})`,
    })
    .from(groups)
    .where(and(eq(groups.organizationId, ctx.organizationId), condition))
    .orderBy(desc(groups.id))
    .limit(limit);

/** The members of one group, newest customer first. */
export async function listGroupCustomers(
  ctx: OrgContext,
  groupId: string,
  page: PageInput,
): Promise<Page<CustomerRow>> {
  await getGroup(ctx, groupId);
  return findCustomers(ctx, { ...page, groupId });
}

type SuppressionFilter = { level?: SuppressionRow['level'] | undefined; search?: string | undefined };

/** Newest first; expired ones are left out. */
export async function listSuppressions(
  ctx: OrgContext,
  input: PageInput & SuppressionFilter,
): Promise<Page<SuppressionRow>> {
  const { limit, cursor, level, search } = input;
  const patterns = search === undefined ? [] : searchPieces(search).map(likePattern);
  const rows = await ctx.db
    .select()
    .from(suppressions)
    .where(
      and(
        eq(suppressions.organizationId, ctx.organizationId),
        or(isNull(suppressions.expiresAt), gt(suppressions.expiresAt, ctx.clock.now())),
        level && eq(suppressions.level, level),
        ...patterns.map((pattern) => or(like(suppressions.phone, pattern), like(suppressions.email, pattern))),
        after(suppressions.id, cursor),
      ),
    )
    .orderBy(desc(suppressions.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.id]);
}

/** Also one that has expired. */
export async function getSuppression(ctx: OrgContext, id: string): Promise<SuppressionRow> {
  const [row] = await ctx.db
    .select()
    .from(suppressions)
    .where(and(eq(suppressions.id, id), eq(suppressions.organizationId, ctx.organizationId)));
  if (!row) throw notFound();
  return row;
}

const after = (
  id: typeof customers.id | typeof groups.id | typeof suppressions.id,
  cursor: string | undefined,
): SQL | undefined => (cursor === undefined ? undefined : lt(id, decodeIdCursor(cursor)));
