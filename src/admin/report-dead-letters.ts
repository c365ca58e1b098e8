import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { DEAD_LETTERS } from '#src/platform/jobs.ts';

/** A little more than the minute between two looks: rather twice than never. */
const LOOK_BACK_SECONDS = 65;
const MOST_LISTED = 50;

/**
 * Logs the newest jobs that ran out of tries, by name and id, never by payload: also those whose worker was lost, of which
 * no handler could say anything. They wait in the queue of dead letters to be sent back.
 */
export async function reportDeadLetters(ctx: AppContext): Promise<void> {
  // the queue keeps the server's time, not ours
  const dead = await ctx.db.execute<{ job: string; id: string; reason: string | null }>(sql`
    select source_name as job, source_id as id, coalesce(source_output #>> '{value,message}', source_output ->> 'message') as reason from pgboss.job
    where name = ${DEAD_LETTERS} and created_on > pgboss.job_now() - make_interval(secs => ${LOOK_BACK_SECONDS})
    order by created_on limit ${MOST_LISTED}`);
  for (const { job, id, reason } of dead) ctx.log.error({ job, jobId: id, reason }, 'a job is a dead letter');
}
