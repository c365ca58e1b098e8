import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { decodeCursor, isInteger, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { CustomField } from './custom-field.ts';

type PageInput = { limit: number; cursor?: string | undefined };

/** In the order in which they are shown. */
export async function listCustomFields(ctx: OrgContext, { limit, cursor }: PageInput): Promise<Page<CustomField>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, [isInteger, isUuid]);
  const rows = await ctx.db
    .select()
    .from(customFields)
    .where(
      and(
        eq(customFields.organizationId, ctx.organizationId),
        isNull(customFields.deletedAt),
        after && sql`(${customFields.position}, ${customFields.id}) > (${after[0]}::int, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(asc(customFields.position), asc(customFields.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.position, row.id]);
}

/** Throws `not-found`. `lock`: nobody writes values of it until the transaction ends. */
export async function getCustomField(ctx: OrgContext, id: string, lock = false): Promise<CustomField> {
  const query = ctx.db
    .select()
    .from(customFields)
    .where(
      and(eq(customFields.id, id), eq(customFields.organizationId, ctx.organizationId), isNull(customFields.deletedAt)),
    );
  const [row] = await (lock ? query.for('update') : query);
  if (!row) throw notFound();
  return row;
}
