import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { DueDelivery, Lane, Target } from './lane.ts';

/** Deliveries that are read at a time. */
const BATCH = 64;

type Row = {
  id: string;
  run: number;
  attempts: number;
  event_id: string;
  type: string;
  data: Record<string, unknown>;
  occurred_at: string;
  url: string;
  secret_sealed: string;
  previous_secret_sealed: string | null;
  previous_secret_until_at: string | null;
};

export type DueBatch = { target: Target; deliveries: DueDelivery[] };

/** What is due at an endpoint, oldest first, and how to send it; null: nothing, or it is no longer this worker's to send to. */
export async function readDue(ctx: AppContext, lane: Lane, workerId: string): Promise<DueBatch | null> {
  const rows = await ctx.db.execute<Row>(sql`
    select d.id, d.run, d.attempts, d.event_id, ev.type, ev.data, ev.occurred_at,
      e.url, e.secret_sealed, e.previous_secret_sealed, e.previous_secret_until_at
    from webhook_endpoints e
    cross join lateral (
      select * from webhook_deliveries d where d.endpoint_id = e.id and d.due_at <= ${ctx.clock.now().toISOString()}::timestamptz
      order by d.due_at limit ${BATCH}
    ) d
    join webhook_events ev on ev.id = d.event_id
    where e.id = ${lane.endpointId} and e.leased_by = ${workerId} and e.enabled and e.deleted_at is null
    order by d.due_at, d.id`);
  const [first] = rows;
  if (!first) return null;
  const target = {
    url: first.url,
    secretSealed: first.secret_sealed,
    previousSecretSealed: first.previous_secret_sealed,
    previousSecretUntilAt: first.previous_secret_until_at ? new Date(first.previous_secret_until_at) : null,
  };
  return { target, deliveries: [...rows].map((row) => deliveryOf(row, lane.organizationId)) };
}

const deliveryOf = (row: Row, organizationId: string): DueDelivery => ({
  id: row.id,
  run: row.run,
  attempts: row.attempts,
  event: { id: row.event_id, organizationId, type: row.type, occurredAt: new Date(row.occurred_at), data: row.data },
});
