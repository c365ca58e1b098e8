import { and, eq, isNotNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { evolutionServers, instances } from '#src/db/schema/instances.ts';
import { Problem } from '#src/platform/problem.ts';
import { getServer } from './queries.ts';

/** Forgets a server. Throws `conflict` while instances live on it, those being removed there included. */
export function removeEvolutionServer(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    await ctx.db.select().from(evolutionServers).where(eq(evolutionServers.id, id)).for('update');
    const { instanceCount, url } = await getServer(ctx, id);
    if (instanceCount > 0)
      throw new Problem('conflict', {
        detail: { en: 'Instances still live on this server', tr: 'Bu sunucuda hâlâ bağlantılar var' },
        members: { instanceCount },
      });
    await ctx.db
      .update(instances)
      .set({ evolutionServerId: null })
      .where(and(eq(instances.evolutionServerId, id), isNotNull(instances.deletedAt)));
    await ctx.db.delete(evolutionServers).where(eq(evolutionServers.id, id));
    await recordActivity(ctx, {
      verb: 'evolution-servers.delete',
      subjectType: 'evolution-server',
      subjectId: id,
      details: { url },
    });
  });
}
