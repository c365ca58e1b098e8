import { z } from '@hono/zod-openapi';
import { Id, InstantOut, idList, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import { scrub } from '#src/platform/scrub.ts';
import { type JobLine, jobStates, type QueueLine, THROUGHPUT_MINUTES } from './queue-queries.ts';
import type { Redriven } from './redrive-jobs.ts';

const Count = z.int().nonnegative();
const Name = z
  .string()
  .max(100)
  .regex(/^[\w.-]+$/);

export const QueueParams = z.strictObject({ name: Name });
export const JobParams = z.strictObject({ name: Name, jobId: Id });
export const JobQuery = PageQuery.extend({
  state: z.enum(jobStates).optional().openapi({ description: 'Failed, unless told; of dead letters all' }),
  source: Name.optional().openapi({ description: 'Of dead letters: the queue they came from' }),
});
export const RedriveBody = z.strictObject({ jobIds: idList(1000) }).openapi('Redrive');

export const QueueOut = z
  .object({
    name: z.string(),
    policy: z.string(),
    retryLimit: z.int(),
    counts: z.object(Object.fromEntries(jobStates.map((state) => [state, Count])) as Record<string, typeof Count>),
    ready: Count.openapi({ description: 'Waiting, and not for a later time' }),
    oldestWaitingSince: InstantOut.nullable(),
    deadLetters: Count.openapi({ description: 'Jobs of it that ran out of tries' }),
    completedPerMinute: z.number().openapi({ description: 'Over the last 15 minutes' }),
  })
  .openapi('Queue');
export const QueuePage = pageOf(QueueOut);

export const JobOut = z
  .object({
    id: Id,
    state: z.enum(jobStates),
    attempts: Count,
    retryLimit: z.int(),
    data: z.unknown().openapi({ description: 'Secrets left out, phones shortened' }),
    error: z.unknown(),
    source: z.object({ queue: z.string(), jobId: Id.nullable() }).nullable(),
    startAfter: InstantOut,
    createdAt: InstantOut,
    startedAt: InstantOut.nullable(),
    completedAt: InstantOut.nullable(),
  })
  .openapi('Job');
export const JobPage = pageOf(JobOut);

export const RedrivenOut = z
  .object({
    redriven: Count,
    blocked: z.array(Id).openapi({ description: 'Dead letters still: the same job waits in their queue already' }),
    unknown: z.array(Id).openapi({ description: 'Sent back before, deleted, or never dead' }),
  })
  .openapi('Redriven');

export const presentQueue = (line: QueueLine): z.input<typeof QueueOut> => ({
  name: line.name,
  policy: line.policy,
  retryLimit: line.retryLimit,
  counts: line.counts,
  ready: line.ready,
  oldestWaitingSince: toInstant(line.oldestWaitingOn),
  deadLetters: line.deadLetters,
  completedPerMinute: Math.round((line.completedLately / THROUGHPUT_MINUTES) * 100) / 100,
});

const instant = (at: string | null) => (at === null ? null : new Date(at).toISOString());

export const presentJob = (job: JobLine): z.input<typeof JobOut> => ({
  id: job.id,
  state: job.state,
  attempts: job.retry_count + (job.started_on === null ? 0 : 1),
  retryLimit: job.retry_limit,
  data: scrub(job.data) ?? null,
  error: scrub(withoutStack(job.error)) ?? null,
  source: job.source_name === null ? null : { queue: job.source_name, jobId: job.source_id },
  startAfter: new Date(job.start_after).toISOString(),
  createdAt: new Date(job.created_on).toISOString(),
  startedAt: instant(job.started_on),
  completedAt: instant(job.completed_on),
});

/** What Drizzle writes into a message, after its statement, are the parameters: other people's data. */
const PARAMETERS = /\nparams:[\s\S]*$/;

/** The message and its code; never where in our code it was thrown, nor what hangs on the error. */
function withoutStack(output: unknown): unknown {
  const error = isBag(output) && isBag(output.value) ? output.value : output;
  if (!isBag(error)) return error;
  const { message, name, code, reason } = error;
  const text = typeof message === 'string' ? message.replace(PARAMETERS, '') : undefined;
  return Object.fromEntries(
    Object.entries({ name, message: text, code, reason }).filter(([, value]) => typeof value === 'string'),
  );
}

const isBag = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export const presentRedriven = (result: Redriven): z.input<typeof RedrivenOut> => result;
