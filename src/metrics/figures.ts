import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** One number of the database's, with its labels: the same whichever process tells it. */
export type Figure = { labels: Record<string, string>; value: number };
export type FigureKind = { name: string; help: string; labelNames: string[]; read: (now: SQL) => SQL };

/** Counting goes no further: whoever reads this then knows enough. */
const ENOUGH = 100_000;

/** Rows of labels and `value`, each read from an index that holds only what is under way. */
export const figureKinds: FigureKind[] = [
  {
    name: 'ulak_lanes',
    help: 'Numbers with something to send: due now, waiting for their time, or with a message on the wire',
    labelNames: ['state'],
    read: (now) => sql`
      select case when in_flight_message_id is not null then 'in-flight' when due_at <= ${now} then 'due' else 'waiting' end as state, count(*) as value
      from lanes where due_at is not null group by 1`,
  },
  {
    name: 'ulak_lane_lag_seconds',
    help: 'How long the number that waits longest for a worker has been due',
    labelNames: [],
    read: (now) => sql`
      select coalesce(greatest(0, extract(epoch from ${now} - min(due_at))), 0) as value from lanes
      where due_at is not null and in_flight_message_id is null`,
  },
  {
    name: 'ulak_breakers',
    help: 'Circuit breakers of numbers that are not closed',
    labelNames: ['scope', 'state'],
    read: () => sql`select scope, state, count(*) as value from lane_health where state <> 'closed' group by 1, 2`,
  },
  {
    name: 'ulak_instances',
    help: 'WhatsApp connections by state',
    labelNames: ['status'],
    read: () => sql`select status, count(*) as value from instances where deleted_at is null group by 1`,
  },
  {
    name: 'ulak_campaigns',
    help: 'Campaigns that wait for their start, or run',
    labelNames: ['channel', 'status'],
    read: () => sql`
      select channel, status, count(*) as value from campaigns where status = 'pending' group by 1, 2
      union all select channel, status, count(*) from campaigns where channel = 'email' and status = 'running' group by 1, 2
      union all select channel, status, count(*) from campaigns where channel = 'whatsapp' and status = 'running' group by 1, 2`,
  },
  {
    name: 'ulak_messages_to_reconcile',
    help: 'Messages whose outcome is being looked for',
    labelNames: [],
    read: () => bounded(sql`select from messages where reconcile_at is not null`),
  },
  {
    name: 'ulak_webhooks_in_waiting',
    help: 'Webhooks of Evolution that are stored and not applied yet',
    labelNames: [],
    read: () => bounded(sql`select from inbound_events where applied_at is null`),
  },
  {
    name: 'ulak_webhooks_in_oldest_seconds',
    help: 'How long the oldest of them has waited',
    labelNames: [],
    read: (now) => sql`
      select coalesce((select greatest(0, extract(epoch from ${now} - received_at)) from inbound_events
        where applied_at is null order by id limit 1), 0) as value`,
  },
  {
    name: 'ulak_webhooks_out_waiting',
    help: 'Webhooks to endpoints that are to be delivered, or tried again',
    labelNames: [],
    read: () => bounded(sql`select from webhook_deliveries where due_at is not null`),
  },
  {
    name: 'ulak_mail_batches_waiting',
    help: 'Batches of email campaigns that are to be sent',
    labelNames: [],
    read: () => bounded(sql`select from email_batches where due_at is not null`),
  },
  {
    name: 'ulak_queue_jobs',
    help: 'Jobs of each queue by state, as counted in the last ten seconds; `dead-letters` ran out of tries',
    labelNames: ['queue', 'state'],
    read: () => sql`
      select q.name as queue, s.state, s.value from pgboss.queue q
      cross join lateral (values ('queued', q.queued_count), ('active', q.active_count), ('deferred', q.deferred_count)) as s (state, value)`,
  },
  {
    name: 'ulak_ledger_differences',
    help: 'What did not add up when every account was proved last; 0 is in order',
    labelNames: [],
    read: () => sql`select differences as value from ledger_proofs order by id desc limit 1`,
  },
  {
    name: 'ulak_ledger_proved_timestamp_seconds',
    help: 'When every account was proved last',
    labelNames: [],
    read: () => sql`select extract(epoch from proved_at) as value from ledger_proofs order by id desc limit 1`,
  },
];

const bounded = (rows: SQL): SQL => sql`select count(*) as value from (${rows} limit ${ENOUGH}) as counted`;

/** Every figure of a kind, as it is now. */
export async function readFigures(ctx: AppContext, { labelNames, read }: FigureKind): Promise<Figure[]> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const rows = await ctx.db.execute<Record<string, string | number>>(read(now));
  return rows.map((row) => ({
    labels: Object.fromEntries(labelNames.map((name) => [name, String(row[name])])),
    value: Number(row['value']),
  }));
}
