import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { getCustomer } from '#src/customers/queries.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import type { Entry, TimelineFilter } from './timeline.ts';
import type { Edge } from './timeline-source.ts';
import { timelineSql } from './timeline-sql.ts';

type PageInput = { limit: number; cursor?: string | undefined };
type Row = Omit<Entry, 'actorType' | 'actorId' | 'actorName' | 'customerId'> & {
  actor_type: string | null;
  actor_id: string | null;
  actor_name: string | null;
  customer_id: string;
};

/** To the microsecond, and of a day that there is. */
const isAt = (member: unknown): boolean =>
  typeof member === 'string' &&
  /^.{23}\d{3}Z$/.test(member) &&
  !Number.isNaN(Date.parse(member)) &&
  micros(new Date(`${member.slice(0, 23)}Z`)).slice(0, 23) === member.slice(0, 23);
const micros = (at: Date): string => at.toISOString().replace('Z', '000Z');
const isName = (member: unknown): boolean => typeof member === 'string' && /^[a-z-]{1,30}$/.test(member);
/** Behind every entry of that instant. */
const before = (at: string): Edge => ({ at, source: '', id: '' });

/**
 * What happened with a customer, newest first, from the rows themselves: each table gives its newest ones below the cursor by an index,
 * and no more than a page of them, so that a page costs the same however long ago it is and however much there is. Throws `not-found`.
 */
export async function readTimeline(
  ctx: OrgContext,
  customerId: string,
  { limit, cursor, ...filter }: PageInput & TimelineFilter,
): Promise<Page<Entry>> {
  const edge = edgeOf(cursor, filter.to);
  await getCustomer(ctx, customerId);
  const ids = await customersWithin(ctx, customerId);
  const query = timelineSql(ctx, ids, edge, filter, limit + 1);
  const rows = query ? await ctx.db.execute<Row>(query) : [];
  return toPage(rows.map(entryOf), limit, (entry) => [entry.at, entry.source, entry.id]);
}

/** The cursor, unless the filter ends before it. */
function edgeOf(cursor: string | undefined, to: Date | undefined): Edge {
  const end = to ? before(micros(to)) : before('infinity');
  if (cursor === undefined) return end;
  const [at, source, id] = decodeCursor(cursor, [isAt, isName, isUuid]) as [string, string, string];
  return to && micros(to) <= at ? end : { at, source, id };
}

/** The customer, and after him those who were merged into him, by whatever way. */
async function customersWithin(ctx: OrgContext, customerId: string): Promise<string[]> {
  const rows = await ctx.db.execute<{ id: string }>(sql`
    with recursive within (id) as (
      select ${customerId}::uuid union
      select c.id from within join customers c on c.merged_into_id = within.id and c.organization_id = ${ctx.organizationId}::uuid)
    select id from within where id <> ${customerId}::uuid`);
  return [customerId, ...rows.map(({ id }) => id)];
}

const entryOf = ({ actor_type, actor_id, actor_name, customer_id, ...row }: Row): Entry => ({
  ...row,
  actorType: actor_type,
  actorId: actor_id,
  actorName: actor_name,
  customerId: customer_id,
});
