import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import type { ClearFieldJob } from './jobs.ts';

const BATCH = 5000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Removes the values of a deleted field from all customers, those in the bin included, and then the field. Repeatable. */
export async function clearCustomField(
  ctx: AppContext,
  { fieldId }: ClearFieldJob,
  signal: AbortSignal,
): Promise<void> {
  const [field] = await ctx.db
    .select()
    .from(customFields)
    .where(and(eq(customFields.id, fieldId), isNotNull(customFields.deletedAt)));
  if (!field) return;
  const { organizationId, key } = field;
  await clearBin(ctx, organizationId, key);
  for (let after: string | null = FIRST; after !== null; ) {
    signal.throwIfAborted();
    after = await clearSome(ctx, organizationId, key, after);
  }
  // whoever was deleted meanwhile
  await clearBin(ctx, organizationId, key);
  await ctx.db.delete(customFields).where(eq(customFields.id, fieldId));
}

const clearBin = (ctx: AppContext, organizationId: string, key: string): Promise<unknown> =>
  ctx.db.execute(sql`
    update customers set custom_fields = custom_fields - ${key}::text
    where organization_id = ${organizationId}::uuid and deleted_at is not null and erased_at is null and custom_fields ? ${key}`);

/** Goes through the living customers in the order of their ids, a stretch a statement; answers where the stretch ended. */
async function clearSome(ctx: AppContext, organizationId: string, key: string, after: string): Promise<string | null> {
  const [stretch] = await ctx.db.execute<{ last: string | null; seen: number }>(sql`
    with stretch as materialized (
      select id, custom_fields from customers where organization_id = ${organizationId}::uuid and deleted_at is null and id > ${after}::uuid order by id limit ${BATCH}
    ), held as materialized (
      select c.id from customers c where c.id in (select id from stretch where custom_fields ? ${key}) order by c.id for no key update
    ), cleared as (
      update customers c set custom_fields = c.custom_fields - ${key}::text from held where c.id = held.id
    )
    select max(id::text) as last, count(*)::int as seen from stretch`);
  return stretch!.seen === BATCH ? stretch!.last : null;
}
