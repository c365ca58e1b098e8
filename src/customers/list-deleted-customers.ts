import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { keptDays } from '#src/settings/kept-since.ts';

export type DeletedCustomer = Pick<
  typeof customers.$inferSelect,
  'id' | 'firstName' | 'lastName' | 'phone' | 'email'
> & {
  deletedAt: Date;
  eraseAt: Date;
};

const DAY_MS = 86_400_000;
const isInstant = (member: unknown): boolean =>
  typeof member === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(member) &&
  !Number.isNaN(Date.parse(member));

/** Who is in the bin and can be restored, the last deleted first. */
export async function listDeletedCustomers(
  ctx: OrgContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<DeletedCustomer>> {
  const before = cursor === undefined ? undefined : decodeCursor(cursor, [isInstant, isUuid]);
  const { id, firstName, lastName, phone, email, deletedAt, erasedAt, mergedIntoId, organizationId } = customers;
  const rows = await ctx.db
    .select({ id, firstName, lastName, phone, email, deletedAt })
    .from(customers)
    .where(
      and(
        eq(organizationId, ctx.organizationId),
        isNotNull(deletedAt),
        isNull(erasedAt),
        isNull(mergedIntoId),
        before && sql`(${deletedAt}, ${id}) < (${before[0]}::timestamptz, ${before[1]}::uuid)`,
      ),
    )
    .orderBy(desc(deletedAt), desc(id))
    .limit(limit + 1);
  const keptDaysInBin = await keptDays(ctx, 'deletedCustomersDays');
  const found = rows.map((row) => ({
    ...row,
    deletedAt: row.deletedAt!,
    eraseAt: new Date(row.deletedAt!.getTime() + keptDaysInBin * DAY_MS),
  }));
  return toPage(found, limit, (row) => [row.deletedAt.toISOString(), row.id]);
}
