import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Lane } from './lane.ts';

const LEASE_MS = 30_000;
const LEAST_LEASE_MS = 2_000;

export type ClaimOptions = {
  workerId: string;
  /** How many to take at most, of those that answer well and of those that do not. */
  healthy: number;
  troubled: number;
};

/** How long a lane stays with its worker without a sign of life. */
export const leaseMs = ({ config }: AppContext): number => Math.max(LEAST_LEASE_MS, LEASE_MS / config.recoverySpeed);

/** Endpoints that something waits for, by jumping from one to the next: a hundred thousand that wait for one count once. */
const waiting = sql`waiting(endpoint_id) as (
  (select endpoint_id from webhook_deliveries where due_at is not null order by endpoint_id limit 1)
  union all
  select (select d.endpoint_id from webhook_deliveries d where d.due_at is not null and d.endpoint_id > w.endpoint_id order by d.endpoint_id limit 1)
  from waiting w where w.endpoint_id is not null)`;
/** The one that waits longest. In order, so that it is looked up and never looked for. */
const first = sql`(
  select d.due_at from webhook_deliveries d where d.endpoint_id = e.id and d.due_at is not null order by d.due_at limit 1)`;
const free = (now: SQL): SQL =>
  sql`e.enabled and e.deleted_at is null and (e.lease_until_at is null or e.lease_until_at <= ${now})
    and (e.paused_until_at is null or e.paused_until_at <= ${now})`;

/** Takes endpoints that something is due for, those first whose last turn is longest ago. What another worker has is passed over. */
export async function claimLanes(ctx: AppContext, { workerId, healthy, troubled }: ClaimOptions): Promise<Lane[]> {
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  const until = new Date(at.getTime() + leaseMs(ctx)).toISOString();
  const oldest = (which: SQL, most: number) =>
    sql`(select id from due where ${which} order by turn_at nulls first, id limit ${most})`;
  const rows = await ctx.db.execute<Row>(sql`
    with recursive ${waiting}, due as (
      select e.id, e.turn_at, e.failures_in_row > 0 or e.slow as troubled from waiting w join webhook_endpoints e on e.id = w.endpoint_id
      cross join lateral ${first} first
      where ${free(now)} and first.due_at <= ${now}
    ), chosen as (
      select id from (${oldest(sql`not troubled`, healthy)} union all ${oldest(sql`troubled`, troubled)}) both_kinds limit ${healthy}
    ), locked as (
      select e.id from webhook_endpoints e where e.id in (select id from chosen) and ${free(now)} for no key update skip locked
    )
    update webhook_endpoints e set leased_by = ${workerId}, lease_until_at = ${until}::timestamptz, turn_at = ${now}
    from locked where e.id = locked.id
    returning e.id, e.organization_id, e.updated_at::text, e.failures_in_row, e.failing_since_at::text, e.last_success_at::text, e.slow`);
  return rows.map(laneOf);
}

type Row = {
  id: string;
  organization_id: string;
  updated_at: string;
  failures_in_row: number;
  failing_since_at: string | null;
  last_success_at: string | null;
  slow: boolean;
};

const laneOf = (row: Row): Lane => ({
  endpointId: row.id,
  organizationId: row.organization_id,
  updatedAt: row.updated_at,
  state: {
    failuresInRow: row.failures_in_row,
    failingSince: row.failing_since_at ? new Date(row.failing_since_at) : null,
    lastSuccess: row.last_success_at ? new Date(row.last_success_at) : null,
    slow: row.slow,
    pausedUntil: null,
    gone: false,
  },
});

/** Keeps what a worker has, while it works. */
export async function renewLeases(ctx: AppContext, workerId: string, lanes: Lane[]): Promise<void> {
  if (lanes.length === 0) return;
  const until = new Date(ctx.clock.now().getTime() + leaseMs(ctx)).toISOString();
  const ids = lanes.map(({ endpointId }) => endpointId);
  await ctx.db.execute(sql`
    update webhook_endpoints set lease_until_at = ${until}::timestamptz
    where id = any(${sql.param(ids)}::uuid[]) and leased_by = ${workerId}`);
}

/** Milliseconds until something is due at an endpoint that may be sent to then; null: nothing waits. */
export async function untilDue(ctx: AppContext): Promise<number | null> {
  const [next] = await ctx.db.execute<{ due_at: string | null }>(sql`
    with recursive ${waiting}
    select min(greatest(first.due_at, e.paused_until_at, e.lease_until_at)) as due_at
    from waiting w join webhook_endpoints e on e.id = w.endpoint_id and e.enabled and e.deleted_at is null
    cross join lateral ${first} first`);
  return next?.due_at ? new Date(next.due_at).getTime() - ctx.clock.now().getTime() : null;
}
