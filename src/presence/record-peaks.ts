import { type SQL, sql } from 'drizzle-orm';
import { DateTime, IANAZone } from 'luxon';
import type { AppContext } from '#src/context.ts';
import { onlineAt } from './online-sql.ts';

/** On whose clock the platform's days begin; an organization's begin on its owner's. */
export const PLATFORM_ZONE = 'Europe/Istanbul';

type Count = { organization_id: string | null; time_zone: string | null; user_count: number };

/**
 * Counts who is online, on the whole platform and in the organizations of these users, and keeps it where it is the most of the day so far.
 * Call it once what makes them online has committed: of two processes that write at once, the one that counts later then counts both.
 * Everybody online is written about once a minute, so that each day knows who was there when it began.
 */
export async function recordPeaks(ctx: AppContext, userIds: string[]): Promise<void> {
  if (userIds.length === 0) return;
  const now = ctx.clock.now();
  const counts = await countOnline(ctx, userIds, onlineAt(now));
  const peaks = counts
    .filter(({ user_count }) => user_count > 0)
    .map(({ organization_id, time_zone, user_count }) => ({
      organization_id,
      user_count,
      day: dayOf(now, time_zone ?? PLATFORM_ZONE),
    }));
  await ctx.db.execute(sql`
    insert into presence_peaks as p (organization_id, day, user_count, reached_at)
    select n.organization_id, n.day, n.user_count, ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(peaks)}::jsonb) as n(organization_id uuid, day date, user_count integer)
    where not exists (
      select from presence_peaks k where k.day = n.day and k.user_count >= n.user_count
        and (k.organization_id = n.organization_id or (k.organization_id is null and n.organization_id is null)))
    order by n.organization_id
    on conflict (organization_id, day) do update set user_count = excluded.user_count, reached_at = excluded.reached_at
    where p.user_count < excluded.user_count`);
}

const countOnline = (ctx: AppContext, userIds: string[], online: SQL): Promise<Count[]> =>
  ctx.db.execute<Count>(sql`
    select null::uuid as organization_id, null as time_zone, count(distinct s.user_id)::integer as user_count from sessions s where ${online}
    union all
    select m.organization_id, min(z.time_zone), count(distinct s.user_id)::integer
    from members m join sessions s on s.user_id = m.user_id
    left join lateral (
      select t.time_zone from members o join user_settings t on t.user_id = o.user_id
      where o.organization_id = m.organization_id and o.role = 'owner' order by o.created_at, o.id limit 1) z on true
    where m.organization_id in (select organization_id from members where user_id = any(${sql.param(userIds)}::uuid[])) and ${online}
    group by m.organization_id`);

/** Which day it is there: `2026-03-29`. */
export function dayOf(at: Date, timeZone: string): string {
  const zone = IANAZone.isValidZone(timeZone) ? timeZone : PLATFORM_ZONE;
  return DateTime.fromJSDate(at, { zone }).toISODate()!;
}
