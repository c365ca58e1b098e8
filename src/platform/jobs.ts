import { sql } from 'drizzle-orm';
import { type DrizzleTransactionLike, fromDrizzle, PgBoss } from 'pg-boss';
import { baggage, type Trail } from './trail.ts';

/** A kind of job: its queue's name and how often it is tried. The payload is ids, never a copy of rows. */
export type JobDefinition<T extends object = object> = {
  name: string;
  retryLimit: number;
  /** Seconds before a run counts as dead and may be run again: handlers must be idempotent. */
  expireInSeconds: number;
  /** Seconds without a sign of life of its worker before a run counts as dead, 10 at least; for jobs that may take longer. */
  heartbeatSeconds?: number;
  /** `exclusive`: one queued or running job a singleton key. */
  policy?: 'standard' | 'exclusive' | 'short';
  /** How many one process does at once; one unless told. */
  atOnce?: number;
  readonly payload?: T;
};

export type SendOptions = {
  startAfter?: Date;
  singletonKey?: string;
  /** Of what is done several at once, no more than two of one group are. */
  group?: { id: string };
};

/** The way into the queue; inside `inTransaction` it is bound to the transaction (the outbox). */
export type Jobs = {
  send<T extends object>(job: JobDefinition<T>, payload: T, options?: SendOptions): Promise<void>;
  /** Many in one statement. */
  sendAll<T extends object>(job: JobDefinition<T>, jobs: ({ payload: T } & SendOptions)[]): Promise<void>;
};

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

/** The queue of jobs that ran out of tries: their payload, and the queue and id they had. */
export const DEAD_LETTERS = 'dead-letters';
/** How often runs are looked for whose worker is gone. */
const SUPERVISE_SECONDS = 10;

/** After so long a connection of pg-boss's is taken to be dead. */
const QUERY_TIMEOUT_MS = 15_000;

/** Opens pg-boss on the database; jobs can be sent once it has started and its queues exist. */
export async function openJobs(url: string, definitions: JobDefinition[], options: JobsOptions): Promise<PgBoss> {
  const { max = 4, background = true } = options;
  // its pool is handed on to pg, which knows these two; its types do not
  const sturdy = { query_timeout: QUERY_TIMEOUT_MS, keepAlive: true };
  const boss = new PgBoss({
    ...sturdy,
    connectionString: url,
    max,
    application_name: 'ulak-jobs',
    supervise: background,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    schedule: background,
    useListenNotify: background,
  });
  boss.on('error', options.onError);
  try {
    await boss.start();
    await makeQueues(boss, definitions);
  } catch (error) {
    await boss.stop({ graceful: false, close: true }).catch(() => {});
    throw error;
  }
  return boss;
}

/** Makes the queues that are missing and brings the others up to date. */
async function makeQueues(boss: PgBoss, definitions: JobDefinition[]): Promise<void> {
  const known = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]));
  if (!known.has(DEAD_LETTERS)) await boss.createQueue(DEAD_LETTERS, { retryLimit: 0 });
  for (const { name, retryLimit, expireInSeconds, heartbeatSeconds, policy = 'standard' } of definitions) {
    const limits = {
      retryLimit,
      expireInSeconds,
      deadLetter: DEAD_LETTERS,
      ...(heartbeatSeconds && { heartbeatSeconds }),
    };
    const there = known.get(name);
    if (!there) await boss.createQueue(name, { ...limits, retryBackoff: true, retryDelay: 1, policy, notify: true });
    else if (!Object.entries(limits).every(([limit, value]) => there[limit as keyof typeof there] === value))
      await boss.updateQueue(name, limits);
  }
}

/** A payload and where its job came from, which goes along. */
export function pack<T extends object>(payload: T): T {
  const from = baggage();
  return from ? { ...payload, [FROM]: from } : payload;
}

/** Apart again. */
export function unpack(data: object | null): { payload: object | null; from: Trail } {
  if (!data || !(FROM in data)) return { payload: data, from: {} };
  const { [FROM]: from, ...payload } = data as { [FROM]: Trail };
  return { payload, from };
}

const FROM = 'from~';

/** Jobs sent through `boss`, on `db` or in the transaction that it is. */
export function jobsOf(boss: PgBoss, db: DrizzleTransactionLike): Jobs {
  return {
    async send(job, payload, options = {}) {
      await boss.send(job.name, pack(payload), { ...options, db: fromDrizzle(db, sql) });
    },
    async sendAll(job, jobs) {
      const rows = jobs.map(({ payload, ...options }) => ({ data: pack(payload), ...options }));
      await boss.insert(job.name, rows, { db: fromDrizzle(db, sql) });
    },
  };
}
