import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** So long before and after a hit it is looked what else came for the same mail; who is so quick after the mail went out is no person. */
const AROUND_SECONDS = 10;
/** Nothing of that time is on its way any more. */
const JUDGED_AFTER_MS = (AROUND_SECONDS + 2) * 1000;
/** Links of one mail followed within that time by a machine. */
const MANY_LINKS = 3;
const AT_ONCE = 1000;

/**
 * Judges opens and clicks that came a while ago, a thousand at most, and brings those of people to their recipients: times by the first
 * of them, status `read`. A machine's: it says so itself, came within seconds of the mail, or around it somebody followed a link that
 * people do not see, or many at once. Whatever the order in which they are judged, the outcome is the same.
 * @returns how many were judged, and the campaigns whose counts moved.
 */
export async function judgeHits(ctx: AppContext): Promise<{ judged: number; campaignIds: string[] }> {
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  const before = sql`${new Date(at.getTime() - JUDGED_AFTER_MS).toISOString()}::timestamptz`;
  const around = sql.raw(`interval '${AROUND_SECONDS} seconds'`);
  const [result] = await ctx.db.execute<{ judged: string; campaign_ids: string[] | null }>(sql`
    with due as materialized (
      select id, recipient_id, link, automated, hit_at from email_hits
      where judged_at is null and hit_at <= ${before} order by id limit ${AT_ONCE} for update skip locked
    ), locked as materialized (
      select id, status, dispatched_at from campaign_recipients where id in (select recipient_id from due) order by id for no key update
    ), judged as materialized (
      select due.id, due.recipient_id, due.link, due.hit_at, coalesce(due.automated,
        case
          when due.hit_at < locked.dispatched_at + ${around} then 'too-soon'
          when around.trapped then 'trap'
          when around.links >= ${MANY_LINKS} then 'burst'
        end) as automated
      from due left join locked on locked.id = due.recipient_id cross join lateral (
        select bool_or(k.link = 0) as trapped, count(distinct k.link) filter (where k.link > 0) as links from email_hits k
        where k.recipient_id = due.recipient_id and k.hit_at between due.hit_at - ${around} and due.hit_at + ${around}
      ) around
    ), marked as (
      update email_hits h set judged_at = ${now}, automated = judged.automated from judged where h.id = judged.id
    ), firsts as (
      select recipient_id, min(hit_at) as opened_at, min(hit_at) filter (where link is not null) as clicked_at
      from judged where automated is null group by recipient_id
    ), moved as (
      update campaign_recipients r set opened_at = least(r.opened_at, firsts.opened_at), clicked_at = least(r.clicked_at, firsts.clicked_at),
        sent_at = least(r.sent_at, r.dispatched_at), updated_at = ${now},
        status = case when locked.status in ('queued', 'skipped') then r.status else 'read' end,
        status_reason = case when locked.status in ('queued', 'skipped') then r.status_reason end,
        error_code = case when locked.status in ('queued', 'skipped') then r.error_code end
      from firsts join locked on locked.id = firsts.recipient_id where r.id = firsts.recipient_id
      returning r.campaign_id, r.status is distinct from locked.status as counts
    )
    select (select count(*) from judged) as judged, (select array_agg(distinct campaign_id) from moved where counts) as campaign_ids`);
  return { judged: Number(result!.judged), campaignIds: result!.campaign_ids ?? [] };
}
