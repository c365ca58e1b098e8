import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

export type Heard = { sessionId: string; address: string | null; at: Date };

/** Who is not heard of for so long is gone: twice at least what lies between two writes, so that one may fail. */
export const ONLINE_MS = 180_000;
const WRITE_EVERY_MS = 60_000;
/** Whoever closes his last stream may be opening the next one, or have another in another process: it has said so by then. */
export const LINGER_MS = 15_000;

/**
 * Puts off the end of the sessions that made requests and of those with a live stream open, in one statement; of one that was written
 * within the minute, by whichever process, nothing. Answers whose were written.
 */
export async function keepOnline(ctx: AppContext, heard: Heard[], streaming: string[]): Promise<string[]> {
  if (heard.length + streaming.length === 0) return [];
  const now = ctx.clock.now();
  const beats = new Map<string, object>(streaming.map((id) => [id, { id, heard_at: now }]));
  for (const { sessionId: id, at, address } of heard) beats.set(id, { id, heard_at: at, used_at: at, address });
  for (const id of streaming) Object.assign(beats.get(id)!, { heard_at: now });
  const minute = sql`make_interval(secs => ${WRITE_EVERY_MS / 1000})`;
  const rows = await ctx.db.execute<{ user_id: string }>(sql`
    with beat as (
      select id, used_at, address, heard_at, heard_at + make_interval(secs => ${ONLINE_MS / 1000}) as until_at
      from jsonb_to_recordset(${JSON.stringify([...beats.values()])}::jsonb) as b(id uuid, heard_at timestamptz, used_at timestamptz, address text)
    ), due as materialized (
      select s.id, b.used_at, b.address, b.heard_at, b.until_at from beat b join sessions s on s.id = b.id
      where s.online_until_at is null or s.online_until_at < b.until_at - ${minute} or s.last_used_at is null and b.used_at is not null
        or s.last_used_at <= b.used_at - ${minute}
      order by s.user_id, s.id for no key update of s skip locked
    )
    update sessions s set
      last_used_at = greatest(s.last_used_at, d.used_at),
      last_address = coalesce(d.address, s.last_address),
      online_since_at = case when s.online_until_at >= d.heard_at then s.online_since_at else d.heard_at end,
      online_until_at = greatest(s.online_until_at, d.until_at)
    from due d where s.id = d.id returning s.user_id`);
  return [...new Set(rows.map(({ user_id }) => user_id))];
}

/** Sessions whose last live stream here was closed are offline in a moment, if nothing more is heard of them anywhere. */
export async function letGo(ctx: AppContext, sessionIds: string[]): Promise<void> {
  if (sessionIds.length === 0) return;
  const until = sql`${new Date(ctx.clock.now().getTime() + LINGER_MS).toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    with due as materialized (
      select id from sessions where id = any(${sql.param(sessionIds)}::uuid[]) and online_until_at > ${until} order by id for no key update
    )
    update sessions s set online_until_at = ${until} from due where s.id = due.id`);
}
