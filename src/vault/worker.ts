import type { AppContext } from '#src/context.ts';
import type { JobHandler } from '#src/platform/jobs.ts';
import { resealSecretsJob } from './jobs.ts';
import { resealSecrets } from './reseal-secrets.ts';

export const vaultHandlers = (ctx: AppContext): JobHandler[] => [
  {
    job: resealSecretsJob,
    handle: async (_payload, signal) => {
      await resealSecrets(ctx, signal);
    },
  },
];
