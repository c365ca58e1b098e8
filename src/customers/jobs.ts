import { defineJob } from '#src/platform/jobs.ts';

export type ImportJob = { organizationId: string; importId: string };
export type ClearFieldJob = { fieldId: string };

/** A run that is cut off (kill, deploy, expiry) is followed by one that goes on at the next row. */
export const importCustomersJob = defineJob<ImportJob>({
  name: 'customers.import',
  retryLimit: 10,
  expireInSeconds: 3600,
  heartbeatSeconds: 15,
});

/** Removes files and rejected rows of imports whose days are over. */
export const purgeImportsJob = defineJob<object>({
  name: 'customers.purge-imports',
  retryLimit: 2,
  expireInSeconds: 600,
  policy: 'short',
});

/** Erases what was said to and by an erased customer; done by the room that keeps it. */
export const eraseTracesJob = defineJob<{ customerId: string }>({
  name: 'customers.erase-traces',
  retryLimit: 10,
  expireInSeconds: 600,
  heartbeatSeconds: 15,
});

/** Erases whoever has been in the bin for long enough. */
export const eraseDueCustomersJob = defineJob({
  name: 'customers.erase-due',
  policy: 'exclusive',
  retryLimit: 2,
  expireInSeconds: 3600,
  heartbeatSeconds: 15,
});

/** Removes the values of a deleted custom field. */
export const clearCustomFieldJob = defineJob<ClearFieldJob>({
  name: 'customers.clear-field',
  retryLimit: 10,
  expireInSeconds: 3600,
  heartbeatSeconds: 15,
});

export const customersJobs = [
  importCustomersJob,
  purgeImportsJob,
  eraseTracesJob,
  eraseDueCustomersJob,
  clearCustomFieldJob,
];
