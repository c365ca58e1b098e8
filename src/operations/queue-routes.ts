import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { deleteJob } from './delete-job.ts';
import { listJobs, listQueues } from './queue-queries.ts';
import {
  JobPage,
  JobParams,
  JobQuery,
  presentJob,
  presentQueue,
  presentRedriven,
  QueuePage,
  QueueParams,
  RedriveBody,
  RedrivenOut,
} from './queue-schemas.ts';
import { redriveJobs } from './redrive-jobs.ts';

const admin = { tag: 'Admin', access: 'admin' } as const;

export const queueRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/queues',
      summary: 'The queues of jobs: how deep, how old, how fast, what failed',
      answer: { status: 200, schema: QueuePage },
    },
    async ({ ctx }) => ({ data: (await listQueues(ctx)).map(presentQueue), nextCursor: null }),
  ),
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/queues/{name}/jobs',
      summary: 'The jobs of a queue, the newest first',
      description:
        'Those that failed, unless told. The queue `dead-letters` holds what ran out of tries, of every queue.',
      params: QueueParams,
      query: JobQuery,
      answer: { status: 200, schema: JobPage },
    },
    async ({ ctx, params, query }) => {
      const { data, nextCursor } = await listJobs(ctx, params.name, query);
      return { data: data.map(presentJob), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      method: 'post',
      path: '/v1/admin/queues/{name}/redrive',
      summary: 'Have dead jobs done again, exactly those that are named',
      description:
        'By their ids as dead letters, or in the queue where they failed. The same request again does nothing more.',
      params: QueueParams,
      body: RedriveBody,
      answer: { status: 200, schema: RedrivenOut },
    },
    async ({ ctx, params, body }) => presentRedriven(await redriveJobs(ctx, params.name, body.jobIds)),
  ),
  defineRoute(
    {
      ...admin,
      method: 'delete',
      path: '/v1/admin/queues/{name}/jobs/{jobId}',
      summary: 'Forget a dead job',
      params: JobParams,
      answer: { status: 204 },
      problems: ['conflict'],
    },
    ({ ctx, params }) => deleteJob(ctx, params.name, params.jobId),
  ),
];
