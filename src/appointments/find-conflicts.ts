import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { type Appointment, addMinutes, limits, type Span } from './appointment.ts';

/** A time that somebody wants. */
export type Wanted = Span & {
  consultantId: string | null;
  customerId: string;
  bufferMinutes: number;
  /** The appointment that is to be moved there: not in its own way. */
  id?: string | undefined;
};

/** What stands in the way of what. */
export type Conflict = Span & {
  with: Pick<
    Appointment,
    'id' | 'startsAt' | 'endsAt' | 'bufferMinutes' | 'status' | 'consultantId' | 'customerId' | 'title' | 'seriesId'
  > & { createdById: string | null };
};

type Row = {
  ord: number;
  id: string;
  starts_at: string;
  ends_at: string;
  buffer_minutes: number;
  status: Appointment['status'];
  consultant_id: string | null;
  customer_id: string;
  title: string;
  series_id: string | null;
  created_by_id: string | null;
};

const columns =
  sql.raw(`w.ord, a.id, a.starts_at, a.ends_at, a.buffer_minutes, a.status, a.consultant_id, a.customer_id, a.title,
  a.series_id, a.created_by_id`);

/** What began earlier than that before a time is over by then: so an index by start finds what overlaps it. */
const LONGEST = sql.raw(`interval '${limits.minutes + limits.bufferMinutes} minutes'`);

/** Keeps PostgreSQL from reading all that one consultant ever had, to compare it with all that is wanted. */
const EACH_BY_INDEX = sql`offset 0`;

/** The appointments that take the consultant's time already, buffers included. What is moved itself does not count. */
export async function findConflicts(ctx: OrgContext, wanted: Wanted[]): Promise<Conflict[]> {
  const taken = wanted.filter(({ consultantId }) => consultantId !== null);
  if (taken.length === 0) return [];
  const rows = await ctx.db.execute<Row>(sql`
    select ${columns} from ${recordset(taken)} cross join lateral (
      select * from appointments o where o.organization_id = ${ctx.organizationId}::uuid and o.consultant_id = w.consultant_id
        and o.busy && tstzrange(w.starts_at, w.busy_until)
        and o.starts_at < w.busy_until and o.starts_at > w.starts_at - ${LONGEST}
        and o.status in ('requested', 'approved', 'done') and o.deleted_at is null
      ${EACH_BY_INDEX}
    ) a
    where ${isAnother(wanted)} order by w.ord, a.starts_at, a.id`);
  return rows.map((row) => readConflict(row, taken));
}

/** Other appointments of the customer at the same time, with whomever. */
export async function findCustomerConflicts(ctx: OrgContext, wanted: Wanted[]): Promise<Conflict[]> {
  const rows = await ctx.db.execute<Row>(sql`
    select ${columns} from ${recordset(wanted)} cross join lateral (
      select * from appointments o where o.organization_id = ${ctx.organizationId}::uuid and o.customer_id = w.customer_id
        and o.starts_at < w.ends_at and o.ends_at > w.starts_at and o.starts_at > w.starts_at - ${LONGEST}
        and o.status in ('requested', 'approved', 'done') and o.deleted_at is null
        and o.consultant_id is distinct from w.consultant_id
      ${EACH_BY_INDEX}
    ) a
    where ${isAnother(wanted)} order by w.ord, a.starts_at, a.id`);
  return rows.map((row) => readConflict(row, wanted));
}

const recordset = (wanted: Wanted[]) => {
  const given = wanted.map(({ startsAt, endsAt, bufferMinutes, consultantId, customerId }, ord) => ({
    ord,
    consultant_id: consultantId,
    customer_id: customerId,
    starts_at: startsAt.toISOString(),
    ends_at: endsAt.toISOString(),
    busy_until: addMinutes(endsAt, bufferMinutes).toISOString(),
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as w(ord integer, consultant_id uuid, customer_id uuid,
    starts_at timestamptz, ends_at timestamptz, busy_until timestamptz)`;
};

const isAnother = (wanted: Wanted[]) => {
  const own = wanted.flatMap(({ id }) => (id === undefined ? [] : [id]));
  return own.length === 0 ? sql`true` : sql`a.id <> all(${sql.param(own)}::uuid[])`;
};

function readConflict(row: Row, wanted: Wanted[]): Conflict {
  const { startsAt, endsAt } = wanted[row.ord]!;
  return {
    startsAt,
    endsAt,
    with: {
      id: row.id,
      startsAt: new Date(row.starts_at),
      endsAt: new Date(row.ends_at),
      bufferMinutes: row.buffer_minutes,
      status: row.status,
      consultantId: row.consultant_id,
      customerId: row.customer_id,
      title: row.title,
      seriesId: row.series_id,
      createdById: row.created_by_id,
    },
  };
}
