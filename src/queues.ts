import { inboundJobs } from '#webhooks/inbound/evolution/jobs.ts';
import { outboundJobs } from '#webhooks/outbound/jobs.ts';
import { accountsJobs } from './accounts/jobs.ts';
import { activitiesJobs } from './activities/jobs.ts';
import { adminJobs } from './admin/jobs.ts';
import { appointmentsJobs } from './appointments/jobs.ts';
import { reminderJobs } from './appointments/reminder-jobs.ts';
import { archiveJobs } from './archive/jobs.ts';
import { campaignsJobs } from './campaigns/jobs.ts';
import { conversationsJobs } from './conversations/jobs.ts';
import { creditsJobs } from './credits/jobs.ts';
import { customersJobs } from './customers/jobs.ts';
import { emailsJobs } from './emails/jobs.ts';
import { filesJobs } from './files/jobs.ts';
import { instancesJobs } from './instances/jobs.ts';
import { liveJobs } from './live/jobs.ts';
import { logsJobs } from './logs/jobs.ts';
import { mailsJobs } from './mails/jobs.ts';
import { operationsJobs } from './operations/jobs.ts';
import type { JobDefinition } from './platform/jobs.ts';
import { reportsJobs } from './reports/jobs.ts';
import { smsJobs } from './sms/jobs.ts';
import { vaultJobs } from './vault/jobs.ts';

/** Every queue there is; made at start by whoever sends or works. */
export const queues: JobDefinition[] = [
  ...accountsJobs,
  ...activitiesJobs,
  ...adminJobs,
  ...reminderJobs,
  ...appointmentsJobs,
  ...archiveJobs,
  ...campaignsJobs,
  ...conversationsJobs,
  ...creditsJobs,
  ...customersJobs,
  ...emailsJobs,
  ...filesJobs,
  ...inboundJobs,
  ...instancesJobs,
  ...liveJobs,
  ...logsJobs,
  ...mailsJobs,
  ...operationsJobs,
  ...outboundJobs,
  ...reportsJobs,
  ...smsJobs,
  ...vaultJobs,
];
