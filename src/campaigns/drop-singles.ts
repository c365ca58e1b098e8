import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { releaseMessageCredits } from '#src/credits/release-message-credits.ts';
import { publishMoves } from './publish-moves.ts';

/** A single message that waits and will not be sent. */
export type Dropped = { id: string; reason: string };

type Row = { id: string; organization_id: string; user_id: string };

/**
 * Cancels single messages that have not left the queue, and gives back what is held for them; answers which: one that was claimed
 * meanwhile is not among them. In the transaction that knows why.
 */
export async function dropSingles(ctx: AppContext, dropped: Dropped[]): Promise<Set<string>> {
  if (dropped.length === 0) return new Set();
  const rows = await ctx.db.execute<Row>(sql`
    with target as materialized (
      select m.id, g.reason from jsonb_to_recordset(${JSON.stringify(dropped)}::jsonb) as g(id uuid, reason text)
      join messages m on m.id = g.id where m.status = 'queued' and m.campaign_id is null order by m.id for no key update of m
    )
    update messages m set status = 'cancelled', status_reason = t.reason, reconcile_at = null, updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from target t where m.id = t.id returning m.id, m.organization_id, m.user_id`);
  if (rows.length === 0) return new Set();
  await releaseMessageCredits(
    ctx,
    rows.map(({ id }) => id),
  );
  await publishMoves(
    ctx,
    rows.map(({ id, organization_id, user_id }) => ({
      id,
      organizationId: organization_id,
      userId: user_id,
      campaignId: null,
      recipientId: null,
      status: 'cancelled' as const,
    })),
  );
  return new Set(rows.map(({ id }) => id));
}
