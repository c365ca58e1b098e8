import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, inTransaction, unasked } from '#src/context.ts';
import { keptDays } from '#src/settings/kept-since.ts';
import { erasePerson } from './erase-customer.ts';

const BATCH = 50;
const DAY_MS = 86_400_000;

/** Erases everybody who has been in the bin for the days that the platform's settings or the configuration say, a few at a time. Repeatable, and safe to do twice at once. */
export async function eraseDueCustomers(ctx: AppContext, signal?: AbortSignal): Promise<number> {
  let total = 0;
  for (let erased = BATCH; erased === BATCH; total += erased) {
    signal?.throwIfAborted();
    erased = await eraseSome(ctx);
  }
  return total;
}

const eraseSome = (ctx: AppContext): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const until = new Date(ctx.clock.now().getTime() - (await keptDays(ctx, 'deletedCustomersDays')) * DAY_MS);
    const due = await ctx.db.execute<{ id: string; organization_id: string }>(sql`
      select id, organization_id from customers
      where deleted_at is not null and erased_at is null and deleted_at <= ${until.toISOString()}::timestamptz
      order by deleted_at, id limit ${BATCH} for update skip locked`);
    for (const { id, organization_id: organizationId } of due) {
      await erasePerson(ctx, organizationId, id);
      const org = { ...ctx, organizationId, userId: null, actor: { type: 'job', id: null }, ...unasked } as const;
      await recordActivity(org, { verb: 'customers.erase', subjectType: 'customer', subjectId: id });
    }
    return due.length;
  });
