import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { releaseSmsCredits } from '#src/credits/release-sms-credits.ts';

/**
 * Erases the words and the phone of what a deleted customer was sent; that there was an SMS, and what it cost, stays. What waited is not sent. @returns
 * whether some are left that are still on the wire or looked for.
 */
export const eraseSms = (ctx: AppContext, customerId: string): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
    const dropped = await ctx.db.execute<{ id: string }>(sql`
      update sms_messages set status = 'skipped', status_reason = 'customer-deleted', updated_at = ${now}
      where customer_id = ${customerId} and status = 'queued' returning id`);
    await releaseSmsCredits(
      ctx,
      dropped.map(({ id }) => id),
    );
    await ctx.db.execute(sql`
      update sms_messages set phone = '', body = '', updated_at = ${now}
      where customer_id = ${customerId} and phone <> '' and status <> 'sending' and (status <> 'unknown' or reconcile_at is null)`);
    const [left] = await ctx.db.execute(
      sql`select 1 from sms_messages where customer_id = ${customerId} and phone <> '' limit 1`,
    );
    return left !== undefined;
  });
