import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { DueLane } from './lane.ts';

/** A lane that sends nothing now, and when it is looked at again; null: when somebody wakes it. */
export type Rest = { lane: DueLane; dueAt: Date | null };

/** Puts off lanes that this transaction has locked. */
export async function restLanes(ctx: AppContext, resting: Rest[]): Promise<void> {
  if (resting.length === 0) return;
  const given = resting.map(({ lane, dueAt }) => ({ instance_id: lane.instanceId, due_at: dueAt }));
  await ctx.db.execute(sql`
    update lanes l set due_at = g.due_at, in_flight_message_id = null, lease_until_at = null
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(instance_id uuid, due_at timestamptz) where l.instance_id = g.instance_id`);
}
