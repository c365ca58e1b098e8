import type { PgBoss } from 'pg-boss';
import { type JobHandler, unpack } from './jobs.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { noTracing, type Tracing, traceEntry } from './tracing.ts';
import { onTrail, type Trail } from './trail.ts';

const MOST_OF_A_GROUP = 2;

/**
 * Has `boss` do the jobs, as many of a kind at a time as it says, each on the trail of who sent it. One that a request sent is logged
 * when it is done. A failure is logged, as an error when it was the last try; payloads are not.
 */
export async function workJobs(
  boss: PgBoss,
  log: Log,
  handlers: JobHandler[],
  { metrics, tracing = noTracing }: { metrics?: Metrics; tracing?: Tracing } = {},
): Promise<void> {
  const options = {
    batchSize: 1,
    pollingIntervalSeconds: 2,
    notifyPollingIntervalSeconds: 10,
    includeMetadata: true,
  } as const;
  for (const { job, handle } of handlers)
    await boss.work(
      job.name,
      { ...options, ...(job.atOnce && { localConcurrency: job.atOnce, localGroupConcurrency: MOST_OF_A_GROUP }) },
      async ([found]) => {
        const { id, data, signal, retryCount, retryLimit } = found!;
        const { payload, from } = unpack(data as object | null);
        const attempt = { attempt: retryCount + 1, last: retryCount >= retryLimit };
        const run = { log, metrics, ...attempt, asked: from.requestId !== undefined };
        await onTrail({ ...from, ...namesIn(payload), job: job.name, jobId: id }, () =>
          traceEntry(tracing, { name: `job ${job.name}`, kind: 'consumer', from: from.traceparent }, () =>
            runJob(job.name, () => handle(payload as never, signal), run),
          ),
        );
      },
    );
}

type Run = { log: Log; metrics: Metrics | undefined; attempt: number; last: boolean; asked: boolean };

async function runJob(
  queue: string,
  work: () => Promise<void>,
  { log, metrics, attempt, last, asked }: Run,
): Promise<void> {
  const end = metrics?.jobs.startTimer({ queue });
  const begun = performance.now();
  await work().catch((error: unknown) => {
    end?.({ outcome: 'failed' });
    const line = { err: error, attempt };
    if (last) log.error(line, 'a job failed for good');
    else log.warn(line, 'a job failed, to be tried again');
    throw error;
  });
  end?.({ outcome: 'done' });
  const line = { milliseconds: Math.round(performance.now() - begun) };
  if (asked) log.info(line, 'job');
  else log.debug(line, 'job');
}

/** Whose job it is, as far as its payload says. */
function namesIn(payload: object | null): Trail {
  const { organizationId, userId, campaignId } = (payload ?? {}) as Record<string, unknown>;
  const name = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return Object.fromEntries(
    Object.entries({ organizationId: name(organizationId), userId: name(userId), campaignId: name(campaignId) }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
