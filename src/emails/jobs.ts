import { defineJob } from '#src/platform/jobs.ts';

/** Looks up the DNS records of a sending identity, and asks its carrier about it. */
export const checkIdentityJob = defineJob<{ identityId: string }>({
  name: 'emails.check-identity',
  retryLimit: 3,
  expireInSeconds: 120,
});

/** Forgets old carrier events; every hour. */
export const purgeEmailsJob = defineJob<object>({
  name: 'emails.purge',
  retryLimit: 0,
  expireInSeconds: 600,
  policy: 'exclusive',
});

/** Asks carriers how fast they may be used, and how much of their day is gone; every minute, and at start. */
export const measureCarriersJob = defineJob<object>({
  name: 'emails.measure-carriers',
  retryLimit: 0,
  expireInSeconds: 120,
  policy: 'exclusive',
});

/** Checks sending identities again whose time has come; every five minutes. */
export const checkIdentitiesJob = defineJob<object>({
  name: 'emails.check-identities',
  retryLimit: 0,
  expireInSeconds: 900,
  heartbeatSeconds: 30,
  policy: 'exclusive',
});
/** Has SES forget a domain that nobody sends from any more. */
export const releaseDomainJob = defineJob<{ domain: string }>({
  name: 'emails.release-domain',
  retryLimit: 5,
  expireInSeconds: 120,
});

export const emailsJobs = [checkIdentityJob, checkIdentitiesJob, measureCarriersJob, purgeEmailsJob, releaseDomainJob];
