import { sql } from 'drizzle-orm';
import { fromDrizzle } from 'pg-boss';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { DEAD_LETTERS } from '#src/platform/jobs.ts';
import { requireQueue } from './queue-queries.ts';
import { requireOperator } from './require-operator.ts';

export type Redriven = {
  redriven: number;
  /** Those that wait as dead letters still: their queue has the same job waiting already. */
  blocked: string[];
  /** Neither dead nor known: sent back before, deleted, or never failed for good. */
  unknown: string[];
};

/**
 * Sends dead jobs back to their queues, exactly those that are named: by their ids as dead letters, or by those that they had in the queue where they
 * failed. Each is a job once: its dead letter is gone with the same statement, so the same request again sends nothing.
 */
export const redriveJobs = (ctx: OrgContext, name: string, jobIds: string[]): Promise<Redriven> =>
  inTransaction(ctx, async (ctx) => {
    requireOperator(ctx);
    await requireQueue(ctx, name);
    const letters = await findLetters(ctx, name, jobIds);
    const db = fromDrizzle(ctx.db, sql);
    const ids = letters.map(({ id }) => id);
    const stuck = letters.filter(({ state }) => state === 'failed').map(({ id }) => id);
    // what another job of its queue stood in the way of is tried again
    if (stuck.length > 0) await ctx.boss.retry(DEAD_LETTERS, stuck, { db });
    const redriven = ids.length === 0 ? 0 : await ctx.boss.redrive(DEAD_LETTERS, { ids, limit: ids.length, db });
    const blocked = await stillThere(ctx, ids);
    const askedOf = new Set(letters.map(({ asked }) => asked));
    const details = { queue: name, redriven, blocked: blocked.length, jobIds: jobIds.slice(0, 50) };
    if (redriven > 0)
      await recordActivity(ctx, { verb: 'queues.redrive', subjectType: 'queue', subjectId: name, details });
    return { redriven, blocked, unknown: jobIds.filter((id) => !askedOf.has(id)) };
  });

type Letter = { id: string; state: string; asked: string };

const findLetters = (ctx: OrgContext, name: string, jobIds: string[]): Promise<Letter[]> => {
  const ids = sql`${sql.param(jobIds)}::uuid[]`;
  return ctx.db.execute<Letter>(
    name === DEAD_LETTERS
      ? sql`select id, state, id as asked from pgboss.job where name = ${DEAD_LETTERS} and id = any(${ids}) for update`
      : sql`select id, state, source_id as asked from pgboss.job
          where name = ${DEAD_LETTERS} and source_name = ${name} and source_id = any(${ids}) for update`,
  );
};

async function stillThere(ctx: OrgContext, ids: string[]): Promise<string[]> {
  const rows = await ctx.db.execute<{ id: string }>(
    sql`select id from pgboss.job where name = ${DEAD_LETTERS} and id = any(${sql.param(ids)}::uuid[])`,
  );
  return rows.map(({ id }) => id);
}
