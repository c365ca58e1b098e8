import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { sweepBatches } from '#src/emails/sweep-batches.ts';
import { purgeNumberChecks } from '#src/messages/purge-number-checks.ts';
import { decideSubjects } from './choose-subject.ts';
import { expireCampaigns } from './expire-campaigns.ts';
import { followAcks } from './follow-acks.ts';
import { resumeRecalls } from './run-recall.ts';
import { scheduleStranded } from './schedule-stranded.ts';
import { settleCampaign } from './settle-campaign.ts';
import { startDueCampaigns } from './start-due-campaigns.ts';
import { sweepHealth } from './sweep-health.ts';
import { sweepSingles } from './sweep-singles.ts';

/** What was mended; all zero when nothing was left behind. */
export type Sweep = { expired: number; started: number; woken: number; settled: number; freed: number };

const EARLY_ACK_MINUTES = 15;

/** Mends what crashes and lost wake-ups left: campaigns over and due, sleeping lanes, campaigns to be settled, acks that waited. */
export async function sweepCampaigns(ctx: AppContext): Promise<Sweep> {
  const expired = await expireCampaigns(ctx);
  const stranded = await scheduleStranded(ctx);
  const started = await startDueCampaigns(ctx);
  const woken = await wakeSleepingLanes(ctx);
  await decideSubjects(ctx);
  const doubtful = await sweepBatches(ctx);
  const unsettled = [...new Set([...doubtful, ...(await findUnsettled(ctx))])];
  for (const id of unsettled) await settleCampaign(ctx, id);
  await followAcks(ctx, []);
  await sweepSingles(ctx);
  await resumeRecalls(ctx);
  const freed = stranded + (await sweepHealth(ctx));
  await dropForgotten(ctx);
  const sweep = { expired, started, woken, settled: unsettled.length, freed };
  if (expired + started + woken + unsettled.length + freed > 0) ctx.log.info(sweep, 'campaigns swept');
  return sweep;
}

/** Lanes that nobody will look at although a running campaign or a single message of theirs has someone to send to. */
async function wakeSleepingLanes(ctx: AppContext): Promise<number> {
  const woken = await ctx.db.execute(sql`
    update lanes l set due_at = greatest(${ctx.clock.now().toISOString()}::timestamptz, l.next_allowed_at)
    from instances i where i.id = l.instance_id and i.status = 'open' and i.moving_to_server_id is null and l.due_at is null
      and (exists (select 1 from campaigns c join campaign_progress p on p.campaign_id = c.id
          where c.instance_id = l.instance_id and c.status = 'running' and p.queued_count + p.sending_count > 0)
        or exists (select 1 from messages m
          where m.instance_id = l.instance_id and m.campaign_id is null and m.direction = 'out' and m.status = 'queued'))
    returning l.instance_id`);
  return woken.length;
}

async function findUnsettled(ctx: AppContext): Promise<string[]> {
  const rows = await ctx.db.execute<{ id: string }>(sql`
    (select c.id from campaigns c join campaign_progress p on p.campaign_id = c.id
      where c.status = 'running' and p.queued_count + p.sending_count = 0)
    union all
    (select id from campaigns where ended_at is not null and settled_at is null)
    limit 500`);
  return rows.map(({ id }) => id);
}

async function dropForgotten(ctx: AppContext): Promise<void> {
  const aDayAgo = new Date(ctx.clock.now().getTime() - 86_400_000);
  await ctx.db.execute(sql`delete from sent_sightings where created_at < ${aDayAgo.toISOString()}::timestamptz`);
  const before = new Date(ctx.clock.now().getTime() - EARLY_ACK_MINUTES * 60_000);
  await ctx.db.execute(sql`delete from early_acks where created_at < ${before.toISOString()}::timestamptz`);
  await purgeNumberChecks(ctx);
}
