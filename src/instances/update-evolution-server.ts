import { and, eq, ne, sql } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { evolutionServers } from '#src/db/schema/instances.ts';
import { Problem } from '#src/platform/problem.ts';
import { getServer, type ServerWithLoad } from './queries.ts';
import { verifyServer } from './verify-server.ts';

type Changes = {
  url?: string | undefined;
  apiKey?: string | undefined;
  capacity?: number | undefined;
  enabled?: boolean | undefined;
};

/** Changes a server; a new URL or key is tried out first. A lower capacity moves nobody, it only ends new arrivals. */
export async function updateEvolutionServer(ctx: OrgContext, id: string, changes: Changes): Promise<ServerWithLoad> {
  const server = await getServer(ctx, id);
  const { url = server.url, apiKey = ctx.secrets.open(server.apiKey) } = changes;
  if (changes.url !== undefined || changes.apiKey !== undefined) await verifyServer(ctx, { url, apiKey });
  return inTransaction(ctx, async (ctx) => {
    await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtext('ulak:evolution-servers'))`);
    const taken = await ctx.db
      .select({ id: evolutionServers.id })
      .from(evolutionServers)
      .where(and(eq(evolutionServers.url, url), ne(evolutionServers.id, id)));
    if (taken.length > 0) throw new Problem('already-exists');
    const { capacity, enabled } = changes;
    await ctx.db
      .update(evolutionServers)
      .set({
        url,
        capacity,
        enabled,
        ...(changes.apiKey && { apiKey: ctx.secrets.seal(apiKey) }),
        updatedAt: ctx.clock.now(),
      })
      .where(eq(evolutionServers.id, id));
    await recordActivity(ctx, {
      verb: 'evolution-servers.update',
      subjectType: 'evolution-server',
      subjectId: id,
      changes: changesOf<typeof server>(
        { ...server, apiKey: ctx.secrets.open(server.apiKey) },
        { url, apiKey, capacity, enabled },
        ['url', 'apiKey', 'capacity', 'enabled'],
      ),
    });
    return getServer(ctx, id);
  });
}
