import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

export type InboundRow = {
  instanceId: string;
  organizationId: string;
  event: string;
  payload: unknown;
  receivedAt: Date;
};
export type InboundWriter = { write(ctx: AppContext, row: InboundRow): Promise<void> };

/** The PostgreSQL channel on which those who apply webhooks are woken. */
export const INBOUND_CHANNEL = 'ulak_inbound';
const MOST_AT_ONCE = 200;
const WRITERS = 2;

type Waiting = { row: InboundRow; done: () => void; failed: (error: unknown) => void };

/** Stores webhooks: what arrives while a statement runs goes into the next one. Resolves when the row is committed. */
export function createInboundWriter(): InboundWriter {
  const waiting: Waiting[] = [];
  let running = 0;
  async function run(ctx: AppContext): Promise<void> {
    running++;
    try {
      for (let batch = waiting.splice(0, MOST_AT_ONCE); batch.length > 0; batch = waiting.splice(0, MOST_AT_ONCE))
        await store(ctx, batch);
    } finally {
      running--;
    }
  }
  return {
    write: (ctx, row) =>
      new Promise((done, failed) => {
        waiting.push({ row, done, failed });
        if (running < WRITERS) void run(ctx);
      }),
  };
}

/** One that cannot be stored must not take the others with it. */
async function store(ctx: AppContext, batch: Waiting[]): Promise<void> {
  try {
    await insertRows(
      ctx,
      batch.map(({ row }) => row),
    );
    for (const { done } of batch) done();
  } catch (error) {
    if (batch.length === 1) return batch[0]!.failed(error);
    for (const one of batch) await store(ctx, [one]);
  }
}

async function insertRows(ctx: AppContext, rows: InboundRow[]): Promise<void> {
  const given = rows.map(({ instanceId, organizationId, event, payload, receivedAt }) => ({
    instance_id: instanceId,
    organization_id: organizationId,
    event,
    payload,
    received_at: receivedAt.toISOString(),
  }));
  await ctx.db.execute(sql`
    with added as (
      insert into inbound_events (instance_id, organization_id, event, payload, received_at)
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as r(instance_id uuid, organization_id uuid, event text, payload jsonb, received_at timestamptz)
      returning 1
    )
    select pg_notify(${INBOUND_CHANNEL}, '') where exists (select 1 from added)`);
}
