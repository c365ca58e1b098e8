import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { checkIdentity } from './check-identity.ts';

const AT_ONCE = 200;

/**
 * Checks identities again: every few minutes on their first day, every hour for two weeks, every day from then on or once verified. One
 * that cannot be checked holds up no other.
 */
export async function checkDueIdentities(ctx: AppContext, signal?: AbortSignal): Promise<void> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const due = await ctx.db.execute<{ id: string }>(sql`
    select id from sending_identities
    where deleted_at is null and (checked_at is null or checked_at <= ${now} - case
      when status = 'verified' then interval '1 day'
      when created_at > ${now} - interval '1 day' then interval '4 minutes'
      when created_at > ${now} - interval '14 days' then interval '1 hour'
      else interval '1 day' end)
    order by checked_at nulls first limit ${AT_ONCE}`);
  for (const { id } of due) {
    if (signal?.aborted) return;
    await checkIdentity(ctx, id).catch((error) =>
      ctx.log.error({ err: error, identityId: id }, 'an identity could not be checked'),
    );
  }
}
