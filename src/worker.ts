import { purgeInboundJob } from '#webhooks/inbound/evolution/jobs.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import { inboundHandlers } from '#webhooks/inbound/evolution/worker.ts';
import { purgeAccountsJob } from './accounts/jobs.ts';
import { accountsHandlers } from './accounts/worker.ts';
import { reportDeadLettersJob } from './admin/jobs.ts';
import { adminHandlers } from './admin/worker.ts';
import { sweepCampaignsJob } from './campaigns/jobs.ts';
import { runPump } from './campaigns/run-pump.ts';
import { campaignsHandlers } from './campaigns/worker.ts';
import type { AppContext } from './context.ts';
import { proveLedgerJob } from './credits/jobs.ts';
import { creditsHandlers } from './credits/worker.ts';
import { customersHandlers } from './customers/worker.ts';
import { sweepUploadsJob } from './files/jobs.ts';
import { filesHandlers } from './files/worker.ts';
import { checkWebhooksJob, sweepInstancesJob } from './instances/jobs.ts';
import { instancesHandlers } from './instances/worker.ts';
import { purgeLiveEventsJob } from './live/jobs.ts';
import { liveHandlers } from './live/worker.ts';
import type { JobDefinition, JobHandler } from './platform/jobs.ts';
import { workJobs } from './platform/work-jobs.ts';

/** Every kind of job and who does it. */
export const allHandlers = (ctx: AppContext): JobHandler[] => [
  ...accountsHandlers(ctx),
  ...adminHandlers(ctx),
  ...campaignsHandlers(ctx),
  ...creditsHandlers(ctx),
  ...customersHandlers(ctx),
  ...filesHandlers(ctx),
  ...inboundHandlers(ctx),
  ...instancesHandlers(ctx),
  ...liveHandlers(ctx),
];

/** What happens by the clock (UTC). */
const schedules: [JobDefinition, string][] = [
  [sweepCampaignsJob, '* * * * *'],
  [sweepInstancesJob, '* * * * *'],
  [reportDeadLettersJob, '* * * * *'],
  [purgeLiveEventsJob, '*/5 * * * *'],
  [purgeInboundJob, '41 * * * *'],
  [purgeAccountsJob, '17 * * * *'],
  [sweepUploadsJob, '23 4 * * *'],
  [proveLedgerJob, '37 2 * * *'],
];

export type Worker = { stop(): Promise<void> };

/** Does the jobs, sends what is due and applies what came in, until stopped. `stop` finishes what has begun. */
export async function startWorker(ctx: AppContext): Promise<Worker> {
  await workJobs(ctx.boss, ctx.log, allHandlers(ctx));
  for (const [job, cron] of schedules)
    await ctx.boss.schedule(job.name, cron, {}, { tz: 'UTC', singletonKey: 'schedule' });
  const drain = startInboundDrain(ctx);
  await ctx.jobs.send(checkWebhooksJob, {}, { singletonKey: 'start' });
  const pump = await runPump(ctx);
  return {
    async stop() {
      await pump.stop();
      await drain.stop();
      await ctx.boss.stop({ graceful: true, timeout: 25_000, close: false });
    },
  };
}
