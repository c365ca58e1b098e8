import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { DEAD_LETTERS } from '#src/platform/jobs.ts';
import { notFound } from '#src/platform/problem.ts';
import { requireOperator } from './require-operator.ts';

export const jobStates = ['created', 'retry', 'active', 'completed', 'cancelled', 'failed'] as const;
export type JobState = (typeof jobStates)[number];

/** Over so many minutes it is counted what a queue gets done. */
export const THROUGHPUT_MINUTES = 15;

export type QueueLine = {
  name: string;
  policy: string;
  retryLimit: number;
  counts: Record<JobState, number>;
  /** Waiting, and not for a later time. */
  ready: number;
  oldestWaitingOn: Date | null;
  deadLetters: number;
  completedLately: number;
};

type Row = {
  name: string;
  state: JobState;
  count: number;
  ready: number;
  oldest: string | null;
  lately: number;
};

/** Every queue there is, exact at this moment: pg-boss' own counts are up to ten seconds old. In the server's time, as the queue keeps it. */
export async function listQueues(ctx: OrgContext): Promise<QueueLine[]> {
  requireOperator(ctx);
  const queues = await ctx.boss.getQueues();
  const due = sql`state < 'active' and start_after <= pgboss.job_now()`;
  const rows = await ctx.db.execute<Row>(sql`
    select name, state, count(*)::int as count, (count(*) filter (where ${due}))::int as ready,
      min(greatest(created_on, start_after)) filter (where ${due}) as oldest,
      (count(*) filter (where state = 'completed' and completed_on > pgboss.job_now() - make_interval(mins => ${THROUGHPUT_MINUTES})))::int as lately
    from pgboss.job group by name, state`);
  const dead = await countDead(ctx);
  const none = Object.fromEntries(jobStates.map((state) => [state, 0])) as Record<JobState, number>;
  const own = Map.groupBy(rows, ({ name }) => name);
  return queues
    .map(({ name, policy, retryLimit }) => {
      const states = own.get(name) ?? [];
      const oldest = states.flatMap(({ oldest }) => (oldest === null ? [] : new Date(oldest).getTime()));
      return {
        name,
        policy: policy ?? 'standard',
        retryLimit: retryLimit ?? 0,
        counts: { ...none, ...Object.fromEntries(states.map(({ state, count }) => [state, count])) },
        ready: states.reduce((sum, { ready }) => sum + ready, 0),
        oldestWaitingOn: oldest.length === 0 ? null : new Date(Math.min(...oldest)),
        deadLetters: dead.get(name) ?? 0,
        completedLately: states.reduce((sum, { lately }) => sum + lately, 0),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** By the queue they came from. */
async function countDead(ctx: OrgContext): Promise<Map<string, number>> {
  const rows = await ctx.db.execute<{ name: string; count: number }>(sql`
    select source_name as name, count(*)::int as count from pgboss.job where name = ${DEAD_LETTERS} and source_name is not null group by 1`);
  return new Map(rows.map(({ name, count }) => [name, count]));
}

export type JobLine = {
  id: string;
  state: JobState;
  data: unknown;
  retry_count: number;
  retry_limit: number;
  start_after: string;
  created_on: string;
  started_on: string | null;
  completed_on: string | null;
  source_name: string | null;
  source_id: string | null;
  error: unknown;
  key: string;
};

type JobQuery = {
  state?: JobState | undefined;
  source?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

const INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;
const isInstant = (value: unknown): boolean => typeof value === 'string' && INSTANT.test(value);

/** The jobs of a queue, the newest first: those that failed, unless told; of the dead letters all. Throws `not-found` for a queue that there is not. */
export async function listJobs(ctx: OrgContext, name: string, query: JobQuery): Promise<Page<JobLine>> {
  requireOperator(ctx);
  await requireQueue(ctx, name);
  const { limit, cursor, source } = query;
  const state = query.state ?? (name === DEAD_LETTERS ? undefined : 'failed');
  const after = cursor === undefined ? null : decodeCursor(cursor, [isInstant, isUuid]);
  const conditions: SQL[] = [sql`name = ${name}`];
  if (state) conditions.push(sql`state = ${state}::pgboss.job_state`);
  if (source) conditions.push(sql`source_name = ${source}`);
  if (after) conditions.push(sql`(created_on, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`);
  const rows = await ctx.db.execute<JobLine>(sql`
    select id, state, data, retry_count, retry_limit, start_after, created_on, started_on, completed_on, source_name, source_id,
      coalesce(output, source_output) as error, (created_on at time zone 'UTC')::text || '+00' as key
    from pgboss.job where ${sql.join(conditions, sql` and `)} order by created_on desc, id desc limit ${limit + 1}`);
  return toPage(rows, limit, ({ key, id }) => [key, id]);
}

export async function requireQueue(ctx: OrgContext, name: string): Promise<void> {
  const [queue] = await ctx.db.execute(sql`select 1 from pgboss.queue where name = ${name}`);
  if (!queue) throw notFound();
}
