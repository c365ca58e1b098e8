import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Claim } from './lane.ts';

/** Frees the lane for its next message, not before `nextAllowedAt`; only if no newer claim holds it. */
export async function releaseLane(ctx: AppContext, claim: Claim, nextAllowedAt: Date): Promise<void> {
  const at = sql`${nextAllowedAt.toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    update lanes set in_flight_message_id = null, lease_until_at = null, next_allowed_at = ${at}, due_at = ${at}
    where instance_id = ${claim.instanceId} and fence = ${claim.fence} and in_flight_message_id = ${claim.messageId}`);
}
