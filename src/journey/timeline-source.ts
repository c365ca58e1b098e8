import { type SQL, sql } from 'drizzle-orm';
import type { EntryChannel, EntryKind, TimelineFilter } from './timeline.ts';

/** Rows of one table that are entries of a timeline. Every expression speaks of the customer as `c.id`. */
export type TimelineSource = {
  /** Never changes: it is in cursors, and decides between two entries of the same instant. */
  name: string;
  kind: EntryKind;
  /** Which it can be at all. */
  channels: EntryChannel[];
  /** What there is one index walk each of, `c`; the customers themselves unless told. */
  owners?: (ids: string[]) => SQL;
  /** Joins that decide whether there is an entry. */
  from: SQL;
  where?: SQL;
  /** The expression that the index is ordered by, and the id that stands behind it. */
  at: SQL;
  id: SQL;
  /** Columns that `event`, `data` and the others need, as `k.…`. */
  columns: SQL;
  /** Joins for what is only shown: made for the rows of one page. */
  joins?: SQL;
  event: SQL;
  channel?: SQL;
  /** The condition of being of that channel, where not all of them are. */
  ofChannel?: (channel: EntryChannel) => SQL;
  /** How its rows are those of one campaign; none: it has nothing to do with campaigns. */
  ofCampaign?: (campaignId: string) => SQL;
  actorType?: SQL;
  actorId?: SQL;
  data: SQL;
};

/** The newest entry that a page may show, itself left out. */
export type Edge = { at: string; source: string; id: string };

const LOWEST = '00000000-0000-0000-0000-000000000000';
const HIGHEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The order of entries of one instant goes by the name of their source: those behind the edge's begin anew, those before it are through. */
const idBelow = (name: string, edge: Edge): string =>
  name === edge.source ? edge.id : name < edge.source ? HIGHEST : LOWEST;

export const answersTo = (source: TimelineSource, { kinds, channel, campaignId }: TimelineFilter): boolean =>
  (!kinds || kinds.includes(source.kind)) &&
  (!channel || source.channels.includes(channel)) &&
  (!campaignId || source.ofCampaign !== undefined);

/**
 * The newest `count` entries below the edge of every one of the customers `ids`, from one source: read from its index, in its order,
 * and no further than so many rows.
 */
export function entriesOf(
  source: TimelineSource,
  ids: string[],
  edge: Edge,
  filter: TimelineFilter,
  count: number,
): SQL {
  const { name, kind, from, at, id, columns, event, data } = source;
  const conditions = [
    ...(source.where ? [source.where] : []),
    sql`(${at}, ${id}) < (${edge.at}::timestamptz, ${idBelow(name, edge)}::uuid)`,
    ...(filter.from ? [sql`${at} >= ${filter.from.toISOString()}::timestamptz`] : []),
    ...(filter.channel && source.ofChannel ? [source.ofChannel(filter.channel)] : []),
    ...(filter.campaignId ? [source.ofCampaign!(filter.campaignId)] : []),
  ];
  const channel = source.channel ?? (source.channels.length === 1 ? sql`${source.channels[0]}::text` : sql`null::text`);
  return sql`select ${name}::text collate "C" as source, k.row_at as at, k.row_id as id, c.id as customer_id, ${kind}::text as kind,
      ${event} as event, ${channel} as channel, ${source.actorType ?? sql`null::text`} as actor_type,
      (${source.actorId ?? sql`null`})::text as actor_id, ${data} as data
    from ${source.owners?.(ids) ?? sql`unnest(${sql.param(ids)}::uuid[]) as c (id)`}
    cross join lateral (
      select ${at} as row_at, ${id} as row_id, ${columns} from ${from}
      where ${sql.join(conditions, sql` and `)}
      order by ${at} desc, ${id} desc limit ${count}) as k
    ${source.joins ?? sql``}`;
}
