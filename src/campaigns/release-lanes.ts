import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Claim } from './lane.ts';

/** A claim whose message is done with, and when its lane may go on. */
export type Release = { claim: Pick<Claim, 'instanceId' | 'fence' | 'messageId'>; nextAllowedAt: Date };

/** Frees lanes for their next messages, not before the times given; only where no newer claim holds them. */
export async function releaseLanes(ctx: AppContext, releases: Release[]): Promise<void> {
  const given = releases.map(({ claim: { instanceId, fence, messageId }, nextAllowedAt }) => ({
    instance_id: instanceId,
    fence,
    message_id: messageId,
    at: nextAllowedAt,
  }));
  await ctx.db.execute(sql`
    update lanes l set in_flight_message_id = null, lease_until_at = null, next_allowed_at = g.at, due_at = g.at
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(instance_id uuid, fence int, message_id uuid, at timestamptz)
    where l.instance_id = g.instance_id and l.fence = g.fence and l.in_flight_message_id = g.message_id`);
}
