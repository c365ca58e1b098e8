import { and, eq, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { clientOf } from './client-of.ts';
import { findInstance } from './queries.ts';

/**
 * Tries once to remove a deleted instance at Evolution, and asks whether it is gone: Evolution answers "deleted" up to
 * twenty minutes before it is, and cannot delete one whose socket is dead until it is restarted.
 */
export async function removeInstance(ctx: AppContext, instanceId: string): Promise<boolean> {
  const found = await findInstance(ctx, instanceId);
  if (!found?.instance.deletingAt || found.instance.deletedAt) return true;
  const { instance, server } = found;
  const client = clientOf(ctx, server);
  const deleted = await client.delete(instance.providerName);
  const known = await client.fetchInstance(instance.providerName);
  if (known.kind !== 'accepted' || known.value !== null) {
    const cause = deleted.kind === 'accepted' ? 'still listed' : deleted.cause;
    ctx.log.info({ instanceId, cause }, 'evolution has not removed the instance yet');
    return false;
  }
  const now = ctx.clock.now();
  await ctx.db
    .update(instances)
    .set({ deletedAt: now, updatedAt: now })
    .where(and(eq(instances.id, instanceId), isNull(instances.deletedAt)));
  return true;
}
