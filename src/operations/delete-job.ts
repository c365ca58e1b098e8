import { sql } from 'drizzle-orm';
import { fromDrizzle } from 'pg-boss';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { DEAD_LETTERS } from '#src/platform/jobs.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { requireOperator } from './require-operator.ts';

/** Forgets a dead letter, or a job that failed. 409 for one that may still be done. */
export const deleteJob = (ctx: OrgContext, name: string, jobId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    requireOperator(ctx);
    const [job] = await ctx.db.execute<{ state: string; source_name: string | null }>(
      sql`select state, source_name from pgboss.job where name = ${name} and id = ${jobId}::uuid for update`,
    );
    if (!job) throw notFound();
    const isDead = job.state === 'failed' || (name === DEAD_LETTERS && job.state !== 'active');
    if (!isDead)
      throw new Problem('conflict', {
        detail: { en: 'Only dead jobs can be deleted', tr: 'Yalnızca ölü işler silinebilir' },
        members: { jobState: job.state },
      });
    await ctx.boss.deleteJob(name, jobId, { db: fromDrizzle(ctx.db, sql) });
    await recordActivity(ctx, {
      verb: 'queues.delete-job',
      subjectType: 'queue',
      subjectId: name,
      details: { jobId, ...(job.source_name && { source: job.source_name }) },
    });
  });
