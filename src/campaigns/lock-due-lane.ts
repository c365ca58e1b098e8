import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { DueLane } from './lane.ts';

type Row = {
  instance_id: string;
  organization_id: string;
  user_id: string;
  fence: number;
  in_flight_message_id: string | null;
  instance_open: boolean;
  user_banned: boolean;
};

/** The lane that has been due longest, locked for this transaction; null when none is, or others hold them all. */
export async function lockDueLane(ctx: AppContext): Promise<DueLane | null> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const [row] = await ctx.db.execute<Row>(sql`
    select l.instance_id, l.organization_id, l.user_id, l.fence, l.in_flight_message_id,
      i.status = 'open' and i.deleted_at is null and i.deleting_at is null as instance_open,
      u.banned and (u.ban_expires is null or u.ban_expires > ${now}) as user_banned
    from lanes l join instances i on i.id = l.instance_id join users u on u.id = l.user_id
    where l.due_at <= ${now} order by l.due_at limit 1 for update of l skip locked`);
  return (
    (row && {
      instanceId: row.instance_id,
      organizationId: row.organization_id,
      userId: row.user_id,
      fence: row.fence,
      inFlightMessageId: row.in_flight_message_id,
      instanceOpen: row.instance_open,
      userBanned: row.user_banned,
    }) ??
    null
  );
}
