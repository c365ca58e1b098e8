import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { TRIES_BEFORE_TROUBLE } from '#src/instances/breaker.ts';
import type { Claim } from './lane.ts';

/**
 * Whether the connection works for others although it refuses this message again and again: so often, it stopped the lane, and
 * the lane goes on only after somebody else's message arrived, or by a person's word.
 */
export async function othersGotThrough(ctx: AppContext, { instanceId, attempt }: Claim): Promise<boolean> {
  if (attempt <= TRIES_BEFORE_TROUBLE) return false;
  const [closed] = await ctx.db.execute(sql`
    select 1 from lane_health where instance_id = ${instanceId} and scope = 'all' and state = 'closed'`);
  return closed !== undefined;
}
