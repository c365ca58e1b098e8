import { type SQL, sql } from 'drizzle-orm';
import { DateTime } from 'luxon';
import type { AppContext } from '#src/context.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { invalid } from '#src/platform/problem.ts';
import { onlineAt } from './online-sql.ts';
import { dayOf, PLATFORM_ZONE } from './record-peaks.ts';

export type OnlineUser = {
  user_id: string;
  name: string;
  email: string;
  organization_id: string | null;
  organization_name: string | null;
  since: Date;
  session_count: number;
  user_agent: string | null;
  address: string | null;
};

type OnlineQuery = { organizationId?: string | undefined; limit: number; cursor?: string | undefined };

/** Whoever is online now, each once however many devices he is on (the one used last is shown), newest accounts first, and how many there are. */
export async function listOnline(ctx: AppContext, query: OnlineQuery): Promise<Page<OnlineUser> & { total: number }> {
  const { limit, cursor, organizationId } = query;
  const online = onlineAt(ctx.clock.now());
  const of = organizationId ? sql`m.organization_id = ${organizationId}` : sql`true`;
  const before = cursor ? sql`s.user_id < ${decodeIdCursor(cursor)}` : sql`true`;
  const [count] = await ctx.db.execute<{ total: number }>(sql`
    select count(distinct s.user_id)::integer as total from sessions s left join members m on m.user_id = s.user_id where ${online} and ${of}`);
  const rows = await ctx.db.execute<Omit<OnlineUser, 'since'> & { since: string }>(sql`
    select u.id as user_id, u.name, u.email, o.id as organization_id, o.name as organization_name, p.since, p.session_count, p.user_agent, p.address
    from (
      select distinct on (s.user_id) s.user_id, m.organization_id, s.user_agent, coalesce(s.last_address, s.ip_address) as address,
        min(s.online_since_at) over same as since, count(*) over same as session_count
      from sessions s left join members m on m.user_id = s.user_id where ${online} and ${of} and ${before}
      window same as (partition by s.user_id)
      order by s.user_id desc, s.last_used_at desc nulls last, s.id desc limit ${limit + 1}
    ) p join users u on u.id = p.user_id left join organizations o on o.id = p.organization_id
    order by u.id desc`);
  const users = rows.map((row) => ({
    ...row,
    since: new Date(row.since),
    session_count: Number(row.session_count),
  }));
  return { ...toPage(users, limit, (row) => [row.user_id]), total: count!.total };
}

export type Peak = { day: string; users: number; reachedAt: Date | null };

const MOST_DAYS = 400;
const USUAL_DAYS = 30;

/**
 * The most users online at once on each day of a period, both ends counted, days of which nothing is known with none. Unset: the last 30 days.
 * Throws `invalid-request` for an end before the beginning, and for more than 400 days.
 */
export async function listPeaks(
  ctx: AppContext,
  query: { from?: string | undefined; to?: string | undefined; organizationId?: string | undefined },
): Promise<{ timeZone: string; data: Peak[] }> {
  const { organizationId } = query;
  const timeZone = organizationId ? await ownersZone(ctx, organizationId) : PLATFORM_ZONE;
  const days = daysOf(query, dayOf(ctx.clock.now(), timeZone));
  const whose: SQL = organizationId ? sql`organization_id = ${organizationId}` : sql`organization_id is null`;
  const rows = await ctx.db.execute<{ day: string; user_count: number; reached_at: string }>(sql`
    select day::text, user_count, reached_at from presence_peaks
    where ${whose} and day between ${days[0]}::date and ${days.at(-1)}::date`);
  const known = new Map(rows.map((row) => [row.day, row]));
  const data = days.map((day) => {
    const row = known.get(day);
    return { day, users: row?.user_count ?? 0, reachedAt: row ? new Date(row.reached_at) : null };
  });
  return { timeZone, data };
}

async function ownersZone(ctx: AppContext, organizationId: string): Promise<string> {
  const [row] = await ctx.db.execute<{ time_zone: string }>(sql`
    select t.time_zone from members m join user_settings t on t.user_id = m.user_id
    where m.organization_id = ${organizationId} and m.role = 'owner' order by m.created_at, m.id limit 1`);
  return row?.time_zone ?? PLATFORM_ZONE;
}

/** Days have no zone: counted in UTC, none is left out or comes twice where clocks change. */
function daysOf(query: { from?: string | undefined; to?: string | undefined }, today: string): string[] {
  const last = DateTime.fromISO(query.to ?? today, { zone: 'utc' });
  const first = query.from ? DateTime.fromISO(query.from, { zone: 'utc' }) : last.minus({ days: USUAL_DAYS - 1 });
  const count = last.diff(first, 'days').days + 1;
  if (count < 1)
    throw invalid(query.to ? 'to' : 'from', {
      en: '`to` must not be before `from`',
      tr: '`to`, `from` tarihinden önce olamaz',
    });
  if (count > MOST_DAYS) throw invalid('from', { en: `At most ${MOST_DAYS} days`, tr: `En fazla ${MOST_DAYS} gün` });
  return Array.from({ length: count }, (_, n) => first.plus({ days: n }).toISODate()!);
}
