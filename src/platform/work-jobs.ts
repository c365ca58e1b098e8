import type { PgBoss } from 'pg-boss';
import type { JobHandler } from './jobs.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

const MOST_OF_A_GROUP = 2;

/** Has `boss` do the jobs, as many of a kind at a time as it says. A failure is logged, as an error when it was the last try; payloads are not. */
export async function workJobs(boss: PgBoss, log: Log, handlers: JobHandler[], metrics?: Metrics): Promise<void> {
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
        const end = metrics?.jobs.startTimer({ queue: job.name });
        await handle(data as never, signal).catch((error: unknown) => {
          end?.({ outcome: 'failed' });
          const line = { err: error, job: job.name, jobId: id, attempt: retryCount + 1 };
          if (retryCount >= retryLimit) log.error(line, 'a job failed for good');
          else log.warn(line, 'a job failed, to be tried again');
          throw error;
        });
        end?.({ outcome: 'done' });
      },
    );
}
