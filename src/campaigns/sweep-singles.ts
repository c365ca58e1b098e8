import { sql } from 'drizzle-orm';
import { barredSql } from '#src/accounts/barred-sql.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { releaseMessageCredits } from '#src/credits/release-message-credits.ts';
import { singleReason } from './claim-single-message.ts';
import { type Dropped, dropSingles } from './drop-singles.ts';
import { heldSince } from './held-since.ts';

const AT_ONCE = 500;

/**
 * Cancels single messages that nobody will send: too old, of a number that was deleted, of a user who may not send (the answer to an opt-out
 * waits for him). Gives back what was held
 * for those of unknown outcome that nobody decided about for 72 hours. Answers how many.
 */
export async function sweepSingles(ctx: AppContext): Promise<number> {
  const dropped = await dropDead(ctx);
  const forgotten = await releaseForgotten(ctx);
  return dropped + forgotten;
}

const dropDead = (ctx: AppContext): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const dead = await ctx.db.execute<Dropped>(sql`
      select * from (
        select m.id, case when i.id is null or i.deleting_at is not null or i.deleted_at is not null then 'instance-deleted'
          else coalesce(${singleReason.tooOld(now)}, case when m.purpose is null then ${barredSql(now, sql`m.user_id`, sql`m.organization_id`)} end) end as reason
        from messages m left join instances i on i.id = m.instance_id
        where m.campaign_id is null and m.direction = 'out' and m.status = 'queued'
      ) waiting where reason is not null limit ${AT_ONCE}`);
    return (await dropSingles(ctx, dead)).size;
  });

const releaseForgotten = (ctx: AppContext): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const lost = await ctx.db.execute<{ id: string }>(sql`
      select m.id from messages m join credit_holds h on h.message_id = m.id
      where m.campaign_id is null and m.direction = 'out' and m.status = 'unknown' and m.dispatched_at <= ${heldSince(ctx)}::timestamptz
        and h.status = 'open' order by m.id limit ${AT_ONCE} for no key update of m`);
    await releaseMessageCredits(
      ctx,
      lost.map(({ id }) => id),
    );
    return lost.length;
  });
