import { and, inArray, sql } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
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

export type Listener = Pick<OrgContext, 'userId' | 'organizationId' | 'sessionId' | 'actor'>;

/** Those who may still listen: not banned, still members, and what they were let in with has neither ended nor run out. */
export async function findListeners(ctx: AppContext, listeners: Listener[]): Promise<Set<Listener>> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const asked = listeners.map(({ userId, organizationId, sessionId, actor }, n) => ({
    n,
    user_id: userId,
    organization_id: organizationId,
    session_id: sessionId,
    api_key_id: actor.type === 'apiKey' ? actor.id : null,
  }));
  const rows = await ctx.db.execute<{ n: number }>(sql`
    select l.n from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      as l(n integer, user_id uuid, organization_id uuid, session_id uuid, api_key_id uuid)
    join members m on m.user_id = l.user_id and m.organization_id = l.organization_id
    join users u on u.id = l.user_id
    where not (u.banned and (u.ban_expires is null or u.ban_expires > ${now}))
      and (l.session_id is null or exists (select from sessions s where s.id = l.session_id and s.expires_at > ${now}))
      and (l.api_key_id is null or exists (
        select from api_keys k where k.id = l.api_key_id and k.enabled and (k.expires_at is null or k.expires_at > ${now})))`);
  return new Set(rows.map(({ n }) => listeners[n]!));
}
