import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { releaseSmsCredits } from '#src/credits/release-sms-credits.ts';
import { KNOWN_AFTER_MS } from './sms.ts';

const AT_ONCE = 500;

/** After 72 hours nobody will know any more what became of an SMS: it stays `unknown`, and what was held for it is free again. */
export const giveUpSms = (ctx: AppContext): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const before = new Date(ctx.clock.now().getTime() - KNOWN_AFTER_MS / ctx.config.recoverySpeed).toISOString();
    const old = await ctx.db.execute<{ id: string }>(sql`
      select m.id from sms_messages m join credit_holds h on h.sms_id = m.id and h.status = 'open'
      where m.status = 'unknown' and m.dispatched_at <= ${before}::timestamptz
      order by m.id limit ${AT_ONCE} for no key update of m skip locked`);
    await releaseSmsCredits(
      ctx,
      old.map(({ id }) => id),
    );
  });
