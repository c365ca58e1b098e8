import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { checkDueIdentities } from './check-due-identities.ts';
import { checkIdentity } from './check-identity.ts';
import { checkIdentitiesJob, checkIdentityJob, measureCarriersJob, purgeEmailsJob, releaseDomainJob } from './jobs.ts';
import { measureCarriers } from './measure-carriers.ts';
import { purgeEmails } from './purge-emails.ts';
import { releaseDomain } from './release-domain.ts';

export const emailsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: checkIdentityJob, handle: ({ identityId }: { identityId: string }) => checkIdentity(ctx, identityId) },
  { job: checkIdentitiesJob, handle: (_payload, signal) => checkDueIdentities(ctx, signal) },
  { job: measureCarriersJob, handle: () => measureCarriers(ctx) },
  { job: purgeEmailsJob, handle: () => purgeEmails(ctx) },
  { job: releaseDomainJob, handle: ({ domain }: { domain: string }) => releaseDomain(ctx, domain) },
];
