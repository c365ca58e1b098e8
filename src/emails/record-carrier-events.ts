import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { carrierKinds } from '#src/db/schema/emails.ts';

export type CarrierEventRow = {
  carrier: (typeof carrierKinds)[number];
  /** The carrier's own id of the notice: the same one twice is one. */
  noticeId: string;
  payload: Record<string, unknown>;
};

/** The PostgreSQL channel on which those who apply carrier events are woken. */
export const CARRIER_EVENTS_CHANNEL = 'ulak_carrier_events';

/** Stores what carriers report, each notice once, and wakes whoever applies it. @returns how many were new. */
export async function recordCarrierEvents(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  rows: CarrierEventRow[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const given = rows.map(({ carrier, noticeId, payload }) => ({ carrier, notice_id: noticeId, payload }));
  const [result] = await ctx.db.execute<{ added: string }>(sql`
    with added as (
      insert into carrier_events (carrier, notice_id, payload, received_at)
      select r.carrier, r.notice_id, r.payload, ${ctx.clock.now().toISOString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r(carrier text, notice_id text, payload jsonb)
      on conflict (carrier, notice_id) do nothing returning 1
    ), counted as (select count(*) as added from added)
    select added, case when added > 0 then pg_notify(${CARRIER_EVENTS_CHANNEL}, '') end from counted`);
  return Number(result?.added ?? 0);
}
