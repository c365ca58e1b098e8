import { and, eq, isNotNull, isNull, lte, or } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { evolutionServers, instanceLeftovers, instances } from '#src/db/schema/instances.ts';
import { clientOf } from '#src/instances/client-of.ts';

const A_RUN = 100;
const AGAIN_AFTER_MS = 60_000;
/** Longer than any process believes a webhook of the former server (webhooks/inbound/evolution/receivers.ts): it tells of its own end. */
const STRANGER_AFTER_MS = 30_000;

/**
 * Logs out and removes what moved instances have left on their former servers, once they exist on the new ones; each is forgotten when the server does
 * not know it any more. Each is looked at once a minute.
 */
export async function removeLeftovers(ctx: AppContext): Promise<void> {
  const now = ctx.clock.now();
  const due = or(
    isNull(instanceLeftovers.checkedAt),
    lte(instanceLeftovers.checkedAt, new Date(now.getTime() - AGAIN_AFTER_MS)),
  );
  const rows = await ctx.db
    .select({ leftover: instanceLeftovers, server: evolutionServers })
    .from(instanceLeftovers)
    .innerJoin(evolutionServers, eq(evolutionServers.id, instanceLeftovers.evolutionServerId))
    .innerJoin(instances, eq(instances.id, instanceLeftovers.instanceId))
    .where(
      and(
        due,
        lte(instanceLeftovers.createdAt, new Date(now.getTime() - STRANGER_AFTER_MS)),
        or(isNotNull(instances.provisionedAt), isNotNull(instances.deletingAt)),
      ),
    )
    .orderBy(instanceLeftovers.checkedAt)
    .limit(A_RUN);
  for (const { leftover, server } of rows) {
    await ctx.db.update(instanceLeftovers).set({ checkedAt: now }).where(eq(instanceLeftovers.id, leftover.id));
    const client = clientOf(ctx, server);
    await client.delete(leftover.providerName);
    const known = await client.fetchInstance(leftover.providerName);
    if (known.kind === 'accepted' && known.value === null)
      await ctx.db.delete(instanceLeftovers).where(eq(instanceLeftovers.id, leftover.id));
    else
      ctx.log.info({ instanceId: leftover.instanceId }, 'what a moved instance has left is still on its former server');
  }
}
