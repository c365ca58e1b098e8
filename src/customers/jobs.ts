import { defineJob } from '#src/platform/jobs.ts';

export type ImportJob = { organizationId: string; importId: string };

/** A run that is cut off (kill, deploy, expiry) is followed by one that goes on at the next row. */
export const importCustomersJob = defineJob<ImportJob>({
  name: 'customers.import',
  retryLimit: 10,
  expireInSeconds: 3600,
  heartbeatSeconds: 15,
});

/** Erases what was said to and by a deleted customer; done by the room that keeps it. */
export const eraseTracesJob = defineJob<{ customerId: string }>({
  name: 'customers.erase-traces',
  retryLimit: 10,
  expireInSeconds: 600,
  heartbeatSeconds: 15,
});

export const customersJobs = [importCustomersJob, eraseTracesJob];
