import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { purgeWebhooksJob, replayEventsJob } from './jobs.ts';
import { purgeWebhooks } from './purge-webhooks.ts';
import { runReplay } from './run-replay.ts';

export const outboundHandlers = (ctx: AppContext): JobHandler[] => [
  {
    job: replayEventsJob,
    handle: ({ replayId }: { replayId: string }, signal) => runReplay(ctx, replayId, signal),
  },
  { job: purgeWebhooksJob, handle: (_payload, signal) => purgeWebhooks(ctx, signal) },
];
