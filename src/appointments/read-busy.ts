import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { addMinutes, limits, type Span } from './appointment.ts';
import { joined } from './open-times.ts';

/** When a consultant is taken between two instants, buffers included; appointments that are to be moved left out. */
export async function readBusy(
  ctx: OrgContext,
  consultantId: string,
  from: Date,
  to: Date,
  exceptIds: string[] = [],
): Promise<Span[]> {
  const earliest = addMinutes(from, -limits.minutes - limits.bufferMinutes);
  const rows = await ctx.db.execute<{ from: string; to: string }>(sql`
    select lower(a.busy) as from, upper(a.busy) as to from appointments a
    where a.organization_id = ${ctx.organizationId}::uuid and a.consultant_id = ${consultantId}::uuid
      and a.starts_at < ${to.toISOString()}::timestamptz and a.starts_at > ${earliest.toISOString()}::timestamptz
      and a.busy && tstzrange(${from.toISOString()}::timestamptz, ${to.toISOString()}::timestamptz)
      and a.status in ('requested', 'approved', 'done') and a.deleted_at is null
      and a.id <> all(${sql.param(exceptIds)}::uuid[])`);
  return joined(rows.map((row) => ({ startsAt: new Date(row.from), endsAt: new Date(row.to) })));
}
