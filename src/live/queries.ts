import { and, eq, inArray, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { members, users } from '#src/db/schema/accounts.ts';
import { liveEvents } from '#src/db/schema/live.ts';
import type { Position } from './position.ts';

export type LiveRow = Position & { organizationId: string; type: string; data: Record<string, unknown> };

/**
 * Where the oldest transaction still running begins. What those before it wrote is complete and will not change, so a
 * reader that stays below it never skips a late commit.
 */
export async function findHorizon(ctx: AppContext): Promise<Position> {
  const [row] = await ctx.db.execute<{ xid: string }>(sql`select pg_snapshot_xmin(pg_current_snapshot())::text as xid`);
  return { xid: Number(row!.xid), id: 0 };
}

/** The next events of these organizations after `from`, up to `to`, in order. */
export async function readEvents(
  ctx: AppContext,
  organizationIds: string[],
  from: Position,
  to: Position,
  limit: number,
): Promise<LiveRow[]> {
  const { xid, id, organizationId, type, data } = liveEvents;
  const place = sql`(${xid}, ${id})`;
  const between = sql`${place} > (${from.xid}::bigint, ${from.id}::bigint) and ${place} <= (${to.xid}::bigint, ${to.id}::bigint)`;
  return ctx.db
    .select({ xid, id, organizationId, type, data })
    .from(liveEvents)
    .where(and(inArray(organizationId, organizationIds), between))
    .orderBy(xid, id)
    .limit(limit);
}

export type Listener = { userId: string; organizationId: string };
export const listenerKey = ({ userId, organizationId }: Listener): string => `${userId} ${organizationId}`;

/** Those of the users who may still listen, where: not banned, and still a member. */
export async function findListeners(ctx: AppContext, userIds: string[]): Promise<Set<string>> {
  const now = ctx.clock.now().toISOString();
  const banned = sql`${users.banned} and (${users.banExpires} is null or ${users.banExpires} > ${now}::timestamptz)`;
  const rows = await ctx.db
    .select({ userId: members.userId, organizationId: members.organizationId })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(inArray(users.id, userIds), sql`not (${banned})`));
  return new Set(rows.map(listenerKey));
}
