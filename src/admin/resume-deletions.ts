import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { userDeletions } from '#src/db/schema/users-kept.ts';
import { runDeletionJob } from './jobs.ts';

const AT_ONCE = 50;

/** Has deletions go on that wait for something, or whose process was killed; of one that is being run there is no second run. */
export async function resumeDeletions(ctx: AppContext): Promise<void> {
  const running = await ctx.db
    .select({ id: userDeletions.id })
    .from(userDeletions)
    .where(eq(userDeletions.status, 'running'))
    .orderBy(userDeletions.id)
    .limit(AT_ONCE);
  for (const { id } of running) await ctx.jobs.send(runDeletionJob, { deletionId: id }, { singletonKey: id });
}
