import { sql } from 'drizzle-orm';
import { resolveUnknown } from '#src/campaigns/resolve-unknown.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { releaseMessageCredits } from '#src/credits/release-message-credits.ts';
import { releaseSmsCredits } from '#src/credits/release-sms-credits.ts';
import { Problem } from '#src/platform/problem.ts';
import { countDeleted } from './count-deleted.ts';
import type { Deletion } from './deletion.ts';
import { isTheirs } from './is-theirs.ts';

/**
 * Waits for what is on the wire, then gives up what nobody can find out about any more, since its number is logged out: it counts as failed and
 * is not paid for.
 */
export async function endOutcomesOf(ctx: AppContext, deletion: Deletion, signal: AbortSignal): Promise<boolean> {
  if (await isOnTheWire(ctx, deletion)) return false;
  const lost = await ctx.db.execute<{ id: string; user_id: string }>(sql`
    select c.id, c.user_id from campaigns c join campaign_progress p on p.campaign_id = c.id
    where p.unknown_count > 0 and ${isTheirs('c', deletion)} order by c.id`);
  for (const campaign of lost) {
    signal.throwIfAborted();
    await giveUp(ctx, deletion, campaign);
  }
  await giveUpSingles(ctx, deletion);
  await giveUpSms(ctx, deletion);
  return true;
}

async function isOnTheWire(ctx: AppContext, deletion: Deletion): Promise<boolean> {
  const [sending] = await ctx.db.execute(sql`
    select 1 from messages m where m.status = 'sending' and ${isTheirs('m', deletion)}
    union all select 1 from sms_messages s where s.status = 'sending' and ${isTheirs('s', deletion)}
    union all select 1 from campaigns c join campaign_progress p on p.campaign_id = c.id
      where p.sending_count > 0 and c.settled_at is null and c.channel = 'email' and ${isTheirs('c', deletion)} limit 1`);
  return sending !== undefined;
}

async function giveUp(app: AppContext, deletion: Deletion, campaign: { id: string; user_id: string }): Promise<void> {
  const ctx = actFor(app, { organizationId: deletion.organizationId, userId: campaign.user_id });
  await inTransaction(ctx, async (ctx) => {
    await ctx.db.execute(sql`
      update messages set reconcile_at = null where campaign_id = ${campaign.id} and status = 'unknown' and reconcile_at is not null`);
    await resolveUnknown(ctx, campaign.id, { decision: 'give-up' });
    await countDeleted(ctx, deletion, 'givenUpCampaigns', 1);
  }).catch((error: unknown) => {
    // its outcome came meanwhile
    if (!(error instanceof Problem && error.code === 'conflict')) throw error;
  });
}

const giveUpSingles = (ctx: AppContext, deletion: Deletion): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
    const lost = await ctx.db.execute<{ id: string }>(sql`
      update messages m set status = 'failed', status_reason = 'given-up', failed_at = ${now}, reconcile_at = null, updated_at = ${now}
      where m.campaign_id is null and m.direction = 'out' and m.status = 'unknown' and ${isTheirs('m', deletion)} returning m.id`);
    await releaseMessageCredits(
      ctx,
      lost.map(({ id }) => id),
    );
    await countDeleted(ctx, deletion, 'givenUpMessages', lost.length);
  });

const giveUpSms = (ctx: AppContext, deletion: Deletion): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
    const lost = await ctx.db.execute<{ id: string }>(sql`
      update sms_messages s set status = 'failed', status_reason = 'given-up', failed_at = ${now}, reconcile_at = null, updated_at = ${now}
      where s.status = 'unknown' and ${isTheirs('s', deletion)} returning s.id`);
    await releaseSmsCredits(
      ctx,
      lost.map(({ id }) => id),
    );
    await countDeleted(ctx, deletion, 'givenUpSms', lost.length);
  });
