import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { appointmentSources } from './appointment-sources.ts';
import { messageSources } from './message-sources.ts';
import { recordSources } from './record-sources.ts';
import type { EntryKind, TimelineFilter } from './timeline.ts';
import { answersTo, type Edge, entriesOf } from './timeline-source.ts';

/** What an API key needs besides the customers themselves, to be told of it. */
const scopeOf: Partial<Record<EntryKind, string>> = {
  message: 'messages:read',
  sms: 'messages:read',
  campaign: 'campaigns:read',
  mail: 'campaigns:read',
  file: 'media:read',
  appointment: 'appointments:read',
  suppression: 'suppressions:read',
};
const mayRead = ({ scopes }: OrgContext, kind: EntryKind): boolean =>
  scopes === null || scopeOf[kind] === undefined || scopes.includes(scopeOf[kind]);

/** A SELECT of the `count` newest entries of these customers below the edge; null: nothing can be one. */
export function timelineSql(
  ctx: OrgContext,
  ids: string[],
  edge: Edge,
  filter: TimelineFilter,
  count: number,
): SQL | null {
  const sources = [...recordSources(ctx), ...messageSources(ctx), ...appointmentSources(ctx)].filter(
    (source) => answersTo(source, filter) && mayRead(ctx, source.kind),
  );
  if (sources.length === 0) return null;
  const branches = sources.map((source) => sql`(${entriesOf(source, ids, edge, filter, count)})`);
  return sql`
    select e.source, e.id, e.kind, e.event, e.channel, e.customer_id, e.actor_type, e.actor_id, e.data, u.name as actor_name,
      to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
    from (${sql.join(branches, sql` union all `)} order by at desc, source desc, id desc limit ${count}) as e
    left join users u on u.id = case when e.actor_type <> 'customer' and e.actor_id ~ '^[0-9a-f-]{36}$' then e.actor_id::uuid end
    order by e.at desc, e.source desc, e.id desc`;
}
