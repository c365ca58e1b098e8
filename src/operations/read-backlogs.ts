import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** What waits on a lane. */
export type Backlog = {
  /** Messages of campaigns that run or wait for their time. */
  bulk: number;
  campaigns: number;
  /** Answers and other single messages. */
  singles: number;
  /** Since when the oldest of what could go out now has waited. */
  oldestDueAt: Date | null;
};

/** The backlogs of lanes: nothing waits where nothing is found. */
export async function readBacklogs(ctx: AppContext, instanceIds: string[]): Promise<Map<string, Backlog>> {
  const rows = await ctx.db.execute<{
    id: string;
    bulk: number;
    campaigns: number;
    singles: number;
    oldest: string | null;
  }>(sql`
    select a.id, coalesce(b.messages, 0)::int as bulk, coalesce(b.campaigns, 0)::int as campaigns, s.singles,
      least(b.oldest, s.oldest) as oldest
    from unnest(${sql.param(instanceIds)}::uuid[]) as a(id)
    cross join lateral (
      select sum((p.queued_count + p.sending_count) * c.messages_per_recipient) as messages, count(*) as campaigns,
        min(coalesce(c.started_at, c.start_at)) filter (where c.status = 'running') as oldest
      from campaigns c join campaign_progress p on p.campaign_id = c.id
      where c.instance_id = a.id and c.status in ('pending', 'running')
    ) b
    cross join lateral (
      select count(*)::int as singles, min(m.created_at) as oldest from messages m
      where m.instance_id = a.id and m.campaign_id is null and m.direction = 'out' and m.status = 'queued'
    ) s`);
  return new Map(
    rows.map(({ id, bulk, campaigns, singles, oldest }) => [
      id,
      { bulk, campaigns, singles, oldestDueAt: oldest === null ? null : new Date(oldest) },
    ]),
  );
}
