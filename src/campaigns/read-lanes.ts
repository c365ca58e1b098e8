import { type SQL, sql } from 'drizzle-orm';
import { type Barred, barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import type { BreakerState } from '#src/instances/breaker.ts';
import type { DueLane, Health } from './lane.ts';

type Row = {
  instance_id: string;
  organization_id: string;
  user_id: string;
  fence: number;
  in_flight_message_id: string | null;
  next_allowed_at: string | null;
  until_pause: number | null;
  instance_open: boolean;
  switched_off: boolean;
  connected_at: string | null;
  number_since_at: string | null;
  barred: Barred | null;
  all_health: HealthRow | null;
  cold_health: HealthRow | null;
  has_single: boolean;
};
type HealthRow = { state: BreakerState; reason: string | null; retry_at: string | null };

/** Lanes, with what decides whether they may send. `which`: what stands behind FROM, the lane being `l`. */
export async function readLanes(ctx: AppContext, which: SQL): Promise<DueLane[]> {
  const rows = await ctx.db.execute<Row>(sql`
    select l.instance_id, l.organization_id, l.user_id, l.fence, l.in_flight_message_id, l.next_allowed_at, l.until_pause,
      i.status = 'open' and i.deleted_at is null and i.deleting_at is null and i.moving_to_server_id is null as instance_open,
      exists (select from platform_settings p where p.id = 1 and p.features ->> 'whatsapp' = 'false') as switched_off, i.connected_at, i.number_since_at,
      ${barredSql(ctx.clock.now(), sql`l.user_id`, sql`l.organization_id`)} as barred,
      ${healthOf('all')} as all_health, ${healthOf('cold')} as cold_health,
      exists (select from messages m where m.instance_id = l.instance_id and m.campaign_id is null and m.direction = 'out' and m.status = 'queued') as has_single
    from lanes l join instances i on i.id = l.instance_id ${which}`);
  return rows.map(toLane);
}

const healthOf = (scope: string): SQL => sql`(
  select jsonb_build_object('state', h.state, 'reason', h.reason, 'retry_at', h.retry_at)
  from lane_health h where h.instance_id = l.instance_id and h.scope = ${scope})`;

const toLane = (row: Row): DueLane => ({
  instanceId: row.instance_id,
  organizationId: row.organization_id,
  userId: row.user_id,
  fence: row.fence,
  inFlightMessageId: row.in_flight_message_id,
  instanceOpen: row.instance_open,
  switchedOff: row.switched_off,
  barred: row.barred,
  connectedAt: toDate(row.connected_at),
  numberSinceAt: toDate(row.number_since_at),
  nextAllowedAt: toDate(row.next_allowed_at),
  untilPause: row.until_pause,
  health: { all: toHealth(row.all_health), cold: toHealth(row.cold_health) },
  hasSingle: row.has_single,
});

const toDate = (at: string | null): Date | null => (at === null ? null : new Date(at));
const toHealth = (row: HealthRow | null): Health | null =>
  row && { state: row.state, reason: row.reason, retryAt: toDate(row.retry_at) };
