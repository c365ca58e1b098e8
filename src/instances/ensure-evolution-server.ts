import { eq } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { evolutionServers } from '#src/db/schema/instances.ts';
import { newId } from '#src/platform/ids.ts';

/** The sandbox's simulator is one server, wherever it listens this time. */
const SANDBOX_ID = '00000000-0000-7000-8000-000000000001';
const SANDBOX_CAPACITY = 100_000;

/**
 * Makes sure that the server is known under this key, and returns its id. A row that is there keeps its capacity and
 * whether it is enabled. `replaceSandbox`: the row of the sandbox moves to this URL.
 */
export function ensureEvolutionServer(
  ctx: AppContext,
  server: { url: string; apiKey: string; replaceSandbox?: boolean },
): Promise<string> {
  return inTransaction(ctx, async (ctx) => {
    const url = server.url.replace(/\/+$/, '');
    const now = ctx.clock.now();
    const values = {
      id: server.replaceSandbox ? SANDBOX_ID : newId(),
      url,
      apiKey: ctx.secrets.seal(server.apiKey),
      ...(server.replaceSandbox && { capacity: SANDBOX_CAPACITY }),
      createdAt: now,
      updatedAt: now,
    };
    const [known] = await ctx.db.select().from(evolutionServers).where(eq(evolutionServers.url, url)).for('update');
    const { id, url: _url, capacity: _capacity, createdAt: _createdAt, ...renewed } = values;
    if (known) {
      await ctx.db.update(evolutionServers).set(renewed).where(eq(evolutionServers.id, known.id));
      return known.id;
    }
    const [row] = await ctx.db
      .insert(evolutionServers)
      .values(values)
      .onConflictDoUpdate({
        target: server.replaceSandbox ? evolutionServers.id : evolutionServers.url,
        set: server.replaceSandbox ? { ...renewed, url } : renewed,
      })
      .returning({ id: evolutionServers.id });
    return row?.id ?? id;
  });
}
