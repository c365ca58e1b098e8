import { purgeInboundJob, requestGapsJob, requestStrayGapsJob } from '#webhooks/inbound/evolution/jobs.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import { inboundHandlers } from '#webhooks/inbound/evolution/worker.ts';
import { purgeWebhooksJob } from '#webhooks/outbound/jobs.ts';
import { runHookPump } from '#webhooks/outbound/run-hook-pump.ts';
import { outboundHandlers } from '#webhooks/outbound/worker.ts';
import { purgeAccountsJob } from './accounts/jobs.ts';
import { accountsHandlers } from './accounts/worker.ts';
import { keepMonthsJob } from './activities/jobs.ts';
import { activitiesHandlers } from './activities/worker.ts';
import { keepUsersJob, reportDeadLettersJob } from './admin/jobs.ts';
import { adminHandlers } from './admin/worker.ts';
import { extendSeriesJob } from './appointments/jobs.ts';
import { sendRemindersJob } from './appointments/reminder-jobs.ts';
import { remindersHandlers } from './appointments/reminder-worker.ts';
import { appointmentsHandlers } from './appointments/worker.ts';
import { purgeArchivesJob } from './archive/jobs.ts';
import { archiveHandlers } from './archive/worker.ts';
import { followMailing } from './campaigns/follow-mailing.ts';
import { sweepCampaignsJob } from './campaigns/jobs.ts';
import { runPump } from './campaigns/run-pump.ts';
import { startMailEventsDrain } from './campaigns/start-mail-events-drain.ts';
import { campaignsHandlers } from './campaigns/worker.ts';
import type { AppContext } from './context.ts';
import { conversationsHandlers } from './conversations/worker.ts';
import { proveLedgerJob, sampleHeldJob } from './credits/jobs.ts';
import { creditsHandlers } from './credits/worker.ts';
import { eraseDueCustomersJob, purgeImportsJob } from './customers/jobs.ts';
import { customersHandlers } from './customers/worker.ts';
import { checkIdentitiesJob, measureCarriersJob, purgeEmailsJob } from './emails/jobs.ts';
import { runMailPump } from './emails/run-mail-pump.ts';
import { emailsHandlers } from './emails/worker.ts';
import { releaseMediaJob, sweepUploadsJob } from './files/jobs.ts';
import { filesHandlers } from './files/worker.ts';
import { checkServersJob, checkWebhooksJob, sweepInstancesJob } from './instances/jobs.ts';
import { instancesHandlers } from './instances/worker.ts';
import { purgeLiveEventsJob } from './live/jobs.ts';
import { liveHandlers } from './live/worker.ts';
import { purgeLogsJob } from './logs/jobs.ts';
import { logsHandlers } from './logs/worker.ts';
import { purgeMailsJob } from './mails/jobs.ts';
import { mailsHandlers } from './mails/worker.ts';
import { sweepMovesJob } from './operations/jobs.ts';
import { operationsHandlers } from './operations/worker.ts';
import type { JobDefinition, JobHandler } from './platform/jobs.ts';
import { workJobs } from './platform/work-jobs.ts';
import { askScheduledReportsJob, purgeReportsJob } from './reports/jobs.ts';
import { reportsHandlers } from './reports/worker.ts';
import { followSmsJob, purgeSmsJob } from './sms/jobs.ts';
import { smsHandlers } from './sms/worker.ts';
import { resealSecretsJob } from './vault/jobs.ts';
import { vaultHandlers } from './vault/worker.ts';

/** Every kind of job and who does it. */
export const allHandlers = (ctx: AppContext): JobHandler[] => [
  ...accountsHandlers(ctx),
  ...activitiesHandlers(ctx),
  ...adminHandlers(ctx),
  ...remindersHandlers(ctx),
  ...appointmentsHandlers(ctx),
  ...archiveHandlers(ctx),
  ...campaignsHandlers(ctx),
  ...conversationsHandlers(ctx),
  ...creditsHandlers(ctx),
  ...customersHandlers(ctx),
  ...emailsHandlers(ctx),
  ...filesHandlers(ctx),
  ...inboundHandlers(ctx),
  ...instancesHandlers(ctx),
  ...liveHandlers(ctx),
  ...logsHandlers(ctx),
  ...mailsHandlers(ctx),
  ...operationsHandlers(ctx),
  ...outboundHandlers(ctx),
  ...reportsHandlers(ctx),
  ...smsHandlers(ctx),
  ...vaultHandlers(ctx),
];

/** What happens by the clock (UTC). */
const schedules: [JobDefinition, string][] = [
  [sweepCampaignsJob, '* * * * *'],
  [sweepInstancesJob, '* * * * *'],
  [checkServersJob, '* * * * *'],
  [sweepMovesJob, '* * * * *'],
  [sendRemindersJob, '* * * * *'],
  [measureCarriersJob, '* * * * *'],
  [reportDeadLettersJob, '* * * * *'],
  [keepUsersJob, '* * * * *'],
  [followSmsJob, '* * * * *'],
  [releaseMediaJob, '* * * * *'],
  [checkIdentitiesJob, '*/5 * * * *'],
  [purgeLiveEventsJob, '*/5 * * * *'],
  [purgeInboundJob, '41 * * * *'],
  [requestGapsJob, '11 * * * *'],
  [requestStrayGapsJob, '* * * * *'],
  [purgeEmailsJob, '47 * * * *'],
  [purgeWebhooksJob, '11 * * * *'],
  [purgeAccountsJob, '17 * * * *'],
  [purgeImportsJob, '31 * * * *'],
  [sampleHeldJob, '*/15 * * * *'],
  [askScheduledReportsJob, '*/10 * * * *'],
  [purgeReportsJob, '29 * * * *'],
  [purgeArchivesJob, '37 * * * *'],
  [eraseDueCustomersJob, '29 * * * *'],
  [purgeLogsJob, '3 * * * *'],
  [sweepUploadsJob, '23 4 * * *'],
  [extendSeriesJob, '13 3 * * *'],
  [purgeMailsJob, '53 3 * * *'],
  [purgeSmsJob, '59 3 * * *'],
  [proveLedgerJob, '37 2 * * *'],
  [keepMonthsJob, '7 1 * * *'],
];

export type Worker = { stop(): Promise<void> };

/** Does the jobs, sends what is due and applies what came in, until stopped. `stop` finishes what has begun. */
export async function startWorker(ctx: AppContext): Promise<Worker> {
  await workJobs(ctx.boss, ctx.log, allHandlers(ctx), ctx);
  for (const [job, cron] of schedules)
    await ctx.boss.schedule(job.name, cron, {}, { tz: 'UTC', singletonKey: 'schedule' });
  const drain = startInboundDrain(ctx);
  const mailEvents = startMailEventsDrain(ctx);
  await ctx.jobs.send(checkWebhooksJob, {}, { singletonKey: 'start' });
  await ctx.jobs.send(purgeLogsJob, {}, { singletonKey: 'start' });
  await ctx.jobs.send(resealSecretsJob, {}, { singletonKey: 'start' });
  await ctx.jobs.send(measureCarriersJob, {}, { singletonKey: 'start' });
  const pump = await runPump(ctx);
  const mailPump = await runMailPump(ctx, (campaignId, end) => followMailing(ctx, campaignId, end));
  const hookPump = await runHookPump(ctx);
  return {
    async stop() {
      await Promise.all([pump.stop(), mailPump.stop(), hookPump.stop()]);
      await drain.stop();
      await mailEvents.stop();
      await ctx.boss.stop({ graceful: true, timeout: 25_000, close: false });
    },
  };
}
