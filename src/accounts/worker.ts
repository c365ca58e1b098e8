import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { purgeAccountsJob } from './jobs.ts';
import { purgeAccounts } from './purge-accounts.ts';

export const accountsHandlers = (ctx: AppContext): JobHandler[] => [
  { job: purgeAccountsJob, handle: (_payload, signal) => purgeAccounts(ctx, signal) },
];
