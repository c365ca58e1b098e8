import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { evolutionServers } from '#src/db/schema/instances.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { getServer, type ServerWithLoad } from './queries.ts';
import { verifyServer } from './verify-server.ts';

/** Adds a server that answers and takes the key. A URL belongs to one server only: throws `already-exists`. */
export async function addEvolutionServer(
  ctx: OrgContext,
  input: { url: string; apiKey: string; capacity: number; enabled: boolean },
): Promise<ServerWithLoad> {
  await verifyServer(ctx, input);
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const values = { ...input, id: newId(), apiKey: ctx.secrets.seal(input.apiKey), createdAt: now, updatedAt: now };
    const [row] = await ctx.db.insert(evolutionServers).values(values).onConflictDoNothing().returning();
    if (!row) throw new Problem('already-exists');
    const details = { url: row.url, capacity: row.capacity };
    await recordActivity(ctx, {
      verb: 'evolution-servers.create',
      subjectType: 'evolution-server',
      subjectId: row.id,
      details,
    });
    return getServer(ctx, row.id);
  });
}
