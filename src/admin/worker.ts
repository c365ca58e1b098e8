import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { keepUsersJob, reportDeadLettersJob, runDeletionJob, stillIntegrationsJob } from './jobs.ts';
import { keepUsers } from './keep-users.ts';
import { reportDeadLetters } from './report-dead-letters.ts';
import { runDeletion } from './run-deletion.ts';
import { stillIntegrations } from './still-integrations.ts';

export const adminHandlers = (ctx: AppContext): JobHandler[] => [
  { job: reportDeadLettersJob, handle: () => reportDeadLetters(ctx) },
  { job: keepUsersJob, handle: (_payload, signal) => keepUsers(ctx, signal) },
  { job: stillIntegrationsJob, handle: ({ userId }: { userId: string }) => stillIntegrations(ctx, userId) },
  {
    job: runDeletionJob,
    handle: ({ deletionId }: { deletionId: string }, signal) => runDeletion(ctx, deletionId, signal),
  },
];
