import { sql } from 'drizzle-orm';
import { type DrizzleTransactionLike, fromDrizzle, PgBoss } from 'pg-boss';

/** A kind of job: its queue's name and how often it is tried. The payload is ids, never a copy of rows. */
export type JobDefinition<T extends object = object> = {
  name: string;
  retryLimit: number;
  /** Seconds before a run counts as dead and may be run again: handlers must be idempotent. */
  expireInSeconds: number;
  /** `exclusive`: one queued or running job a singleton key. */
  policy?: 'standard' | 'exclusive' | 'short';
  readonly payload?: T;
};

export type SendOptions = { startAfter?: Date; singletonKey?: string };

/** The way into the queue; inside `inTransaction` it is bound to the transaction (the outbox). */
export type Jobs = { send<T extends object>(job: JobDefinition<T>, payload: T, options?: SendOptions): Promise<void> };

export type JobHandler = {
  job: JobDefinition;
  handle(payload: never, signal: AbortSignal): Promise<void>;
};

export const defineJob = <T extends object>(job: JobDefinition<T>): JobDefinition<T> => job;

export type JobsOptions = {
  onError(error: unknown): void;
  /** Connections of pg-boss's own pool. */
  max?: number;
  /** False: no maintenance, no cron and no LISTEN; for tests, which fetch by themselves. */
  background?: boolean;
};

/** Opens pg-boss on the database; jobs can be sent once it has started and its queues exist. */
export async function openJobs(url: string, definitions: JobDefinition[], options: JobsOptions): Promise<PgBoss> {
  const { max = 4, background = true } = options;
  const boss = new PgBoss({
    connectionString: url,
    max,
    application_name: 'ulak-jobs',
    supervise: background,
    schedule: background,
    useListenNotify: background,
  });
  boss.on('error', options.onError);
  await boss.start();
  for (const { name, retryLimit, expireInSeconds, policy = 'standard' } of definitions)
    await boss.createQueue(name, {
      retryLimit,
      retryBackoff: true,
      retryDelay: 1,
      expireInSeconds,
      policy,
      notify: true,
    });
  return boss;
}

/** Jobs sent through `boss`, in `transaction` where one is given. */
export function jobsOf(boss: PgBoss, transaction?: DrizzleTransactionLike): Jobs {
  return {
    async send(job, payload, options = {}) {
      await boss.send(job.name, payload, { ...options, ...(transaction && { db: fromDrizzle(transaction, sql) }) });
    },
  };
}
