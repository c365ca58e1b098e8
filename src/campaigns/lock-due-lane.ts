import { sql } from 'drizzle-orm';
import { type Barred, barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import type { DueLane } from './lane.ts';

type Row = {
  instance_id: string;
  organization_id: string;
  user_id: string;
  fence: number;
  in_flight_message_id: string | null;
  instance_open: boolean;
  barred: Barred | null;
};

/** The lane that has been due longest, locked for this transaction; null when none is, or others hold them all. */
export async function lockDueLane(ctx: AppContext): Promise<DueLane | null> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [row] = await ctx.db.execute<Row>(sql`
    select l.instance_id, l.organization_id, l.user_id, l.fence, l.in_flight_message_id,
      i.status = 'open' and i.deleted_at is null and i.deleting_at is null as instance_open,
      ${barredSql(ctx.clock.now(), sql`l.user_id`, sql`l.organization_id`)} as barred
    from lanes l join instances i on i.id = l.instance_id
    where l.due_at <= ${now} order by l.due_at limit 1 for update of l skip locked`);
  return (
    (row && {
      instanceId: row.instance_id,
      organizationId: row.organization_id,
      userId: row.user_id,
      fence: row.fence,
      inFlightMessageId: row.in_flight_message_id,
      instanceOpen: row.instance_open,
      barred: row.barred,
    }) ??
    null
  );
}
