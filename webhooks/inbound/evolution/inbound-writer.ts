import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { inBatches } from '#src/platform/in-batches.ts';

export type InboundRow = {
  instanceId: string;
  organizationId: string;
  /** The name at Evolution under which it spoke: of an instance that has moved meanwhile nothing is taken any more. */
  providerName?: string;
  event: string;
  payload: unknown;
  receivedAt: Date;
};
export type InboundWriter = { write(ctx: AppContext, row: InboundRow): Promise<void> };

/** The PostgreSQL channel on which those who apply webhooks are woken. */
export const INBOUND_CHANNEL = 'ulak_inbound';
const MOST_AT_ONCE = 200;
/** Webhooks come in bursts: how long the first waits for the others. */
const LINGER_MS = 5;

/** Stores webhooks, those that come together in one statement. Resolves when the row is committed. */
export function createInboundWriter(): InboundWriter {
  const write = inBatches(
    async (given: { ctx: AppContext; row: InboundRow }[]): Promise<undefined[]> => {
      await insertInboundRows(
        given[0]!.ctx,
        given.map(({ row }) => row),
      );
      return [];
    },
    { most: MOST_AT_ONCE, lingerMs: LINGER_MS },
  );
  return { write: (ctx, row) => write({ ctx, row }) };
}

/** Stores what came in and wakes whoever applies it. */
export async function insertInboundRows(ctx: AppContext, rows: InboundRow[]): Promise<void> {
  const given = rows.map(({ instanceId, organizationId, providerName, event, payload, receivedAt }) => ({
    instance_id: instanceId,
    organization_id: organizationId,
    provider_name: providerName ?? null,
    event,
    payload,
    received_at: receivedAt.toISOString(),
  }));
  await ctx.db.execute(sql`
    with added as (
      insert into inbound_events (instance_id, organization_id, event, payload, received_at)
      select r.instance_id, r.organization_id, r.event, r.payload, r.received_at from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as r(instance_id uuid, organization_id uuid, provider_name text, event text, payload jsonb, received_at timestamptz)
      where r.provider_name is null or exists (select from instances i where i.id = r.instance_id and i.provider_name = r.provider_name)
      returning 1
    )
    select pg_notify(${INBOUND_CHANNEL}, '') where exists (select 1 from added)`);
}
