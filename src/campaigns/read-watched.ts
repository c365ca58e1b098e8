import { inArray, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { laneHealth } from '#src/db/schema/instances.ts';
import type { LaneHealth, Outcome } from '#src/instances/breaker.ts';
import type { WatchedNumber } from '#src/instances/watched-number.ts';

/** A number with what is known of its health. */
export type Watched = WatchedNumber & {
  isOpen: boolean;
  connectedAt: Date | null;
  health: LaneHealth[];
  /** Newest first. */
  outcomes: Outcome[];
  /** What became of its probes; one that says nothing is not there. */
  probes: Map<string, Outcome['result']>;
};

type Row = {
  instance_id: string;
  organization_id: string;
  user_id: string;
  is_open: boolean;
  connected_at: string | null;
};
type Sample = { id: string; instance_id: string; result: Outcome['result']; cold: boolean; at: string };

/** Reads numbers with their `sample` newest messages, however many numbers in three queries. */
export async function readWatched(ctx: AppContext, instanceIds: string[], sample: number): Promise<Watched[]> {
  if (instanceIds.length === 0) return [];
  const ids = sql`${sql.param(instanceIds)}::uuid[]`;
  const rows = await ctx.db.execute<Row>(sql`
    select id as instance_id, organization_id, user_id, status = 'open' and deleting_at is null and deleted_at is null as is_open, connected_at
    from instances where id = any(${ids})`);
  const health = await ctx.db.select().from(laneHealth).where(inArray(laneHealth.instanceId, instanceIds));
  const probeIds = health.flatMap(({ probeMessageId }) => probeMessageId ?? []);
  const samples = await ctx.db.execute<Sample>(sql`
    select s.* from unnest(${ids}) i(id) cross join lateral (
      select m.id, m.instance_id, ${result} as result, m.cold, m.dispatched_at as at from messages m
      where m.instance_id = i.id and m.dispatched_at is not null and ${result} is not null
      order by m.dispatched_at desc limit ${sample}
    ) s
    union
    select m.id, m.instance_id, ${result}, m.cold, m.dispatched_at from messages m
    where m.id = any(${sql.param(probeIds)}::uuid[]) and m.dispatched_at is not null and ${result} is not null
    order by at desc`);
  const byNumber = Map.groupBy(samples, (row) => row.instance_id);
  return rows.map((row) => toWatched(row, health, byNumber.get(row.instance_id) ?? []));
}

/**
 * What a message says of its number; null when nothing: it has not left, it was its recipient's or content's fault, or a
 * process of ours died with it. One on the wire is as silent as one without an ack.
 */
const result = sql`case
  when m.status in ('delivered', 'read', 'played') or m.status = 'sent' and m.acked_at is not null then 'good'
  when m.status in ('sent', 'sending') then 'silent'
  when m.status = 'failed' and m.status_reason = 'refused-by-whatsapp' then 'refused'
  when m.status = 'failed' and m.status_reason in ('no-session', 'instance-closed', 'media-upload-failed', 'upload-interrupted') then 'lost'
  when m.status = 'unknown' and m.status_reason is distinct from 'worker-lost' then 'lost'
end`;

const toWatched = (row: Row, health: LaneHealth[], samples: Sample[]): Watched => ({
  instanceId: row.instance_id,
  organizationId: row.organization_id,
  userId: row.user_id,
  isOpen: row.is_open,
  connectedAt: row.connected_at === null ? null : new Date(row.connected_at),
  health: health.filter(({ instanceId }) => instanceId === row.instance_id),
  outcomes: samples.map(({ result, cold, at }) => ({ result, cold, at: new Date(at) })),
  probes: new Map(samples.map(({ id, result }) => [id, result])),
});
