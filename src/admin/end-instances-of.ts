import { and, isNull } from 'drizzle-orm';
import { type AppContext, actFor } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { deleteInstance } from '#src/instances/delete-instance.ts';
import { Problem } from '#src/platform/problem.ts';
import { countDeleted } from './count-deleted.ts';
import type { Deletion } from './deletion.ts';
import { isTheirs } from './is-theirs.ts';

/** Logs the numbers out. Where Evolution does not answer, that is tried again every minute by itself. */
export async function endInstancesOf(ctx: AppContext, deletion: Deletion, signal: AbortSignal): Promise<boolean> {
  const living = await ctx.db
    .select({ id: instances.id, userId: instances.userId })
    .from(instances)
    .where(and(isTheirs('instances', deletion), isNull(instances.deletingAt), isNull(instances.deletedAt)));
  for (const { id, userId } of living) {
    signal.throwIfAborted();
    const { organizationId } = deletion;
    await deleteInstance(actFor(ctx, { organizationId, userId }), id).catch((error: unknown) => {
      if (!(error instanceof Problem && error.code === 'not-found')) throw error;
    });
    await countDeleted(ctx, deletion, 'loggedOutInstances', 1);
  }
  return true;
}
