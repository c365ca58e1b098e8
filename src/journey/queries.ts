import { and, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { getCustomer } from '#src/customers/queries.ts';
import { users } from '#src/db/schema/accounts.ts';
import { customerInteractions } from '#src/db/schema/journey.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Interaction } from './interaction.ts';

const isInstant = (member: unknown): boolean =>
  typeof member === 'string' && !Number.isNaN(Date.parse(member)) && new Date(member).toISOString() === member;

const read = (ctx: OrgContext) =>
  ctx.db
    .select({ ...getTableColumns(customerInteractions), userName: users.name })
    .from(customerInteractions)
    .leftJoin(users, eq(users.id, customerInteractions.userId))
    .$dynamic();

/** Throws `not-found`. */
export async function getInteraction(ctx: OrgContext, customerId: string, id: string): Promise<Interaction> {
  const [row] = await read(ctx).where(
    and(
      eq(customerInteractions.id, id),
      eq(customerInteractions.customerId, customerId),
      eq(customerInteractions.organizationId, ctx.organizationId),
    ),
  );
  if (!row) throw notFound();
  return row;
}

/** What was noted about a customer, newest first. Throws `not-found`. */
export async function listInteractions(
  ctx: OrgContext,
  customerId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Interaction>> {
  const [at, id] = cursor === undefined ? [] : (decodeCursor(cursor, [isInstant, isUuid]) as [string, string]);
  await getCustomer(ctx, customerId);
  const rows = await read(ctx)
    .where(
      and(
        eq(customerInteractions.customerId, customerId),
        at === undefined
          ? undefined
          : sql`(${customerInteractions.happenedAt}, ${customerInteractions.id}) < (${at}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(desc(customerInteractions.happenedAt), desc(customerInteractions.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.happenedAt.toISOString(), row.id]);
}
