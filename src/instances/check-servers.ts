import { eq, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { evolutionServers } from '#src/db/schema/instances.ts';
import { scrubText } from '#src/platform/scrub.ts';
import { clientOf } from './client-of.ts';
import type { EvolutionServer } from './instance.ts';

const AT_ONCE = 4;
/** The version is asked for seldom: the server asks WhatsApp's site before it answers. */
const VERSION_MS = 3_600_000;
const LONGEST_ERROR = 300;

/** Asks every Evolution server whether it is there and takes our key, and how long it takes to say so; what came of it is shown to admins. */
export async function checkServers(ctx: AppContext): Promise<void> {
  const servers = await ctx.db.select().from(evolutionServers).orderBy(evolutionServers.id);
  const queue = servers[Symbol.iterator]();
  const work = async () => {
    for (const server of queue)
      await checkServer(ctx, server).catch((error) =>
        ctx.log.error({ err: error, evolutionServerId: server.id }, 'could not check an evolution server'),
      );
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function checkServer(ctx: AppContext, server: EvolutionServer): Promise<void> {
  const client = clientOf(ctx, server);
  const begin = performance.now();
  const outcome = await client.verifyCredentials();
  const latencyMs = Math.round(performance.now() - begin);
  const now = ctx.clock.now();
  const reachable = outcome.kind === 'accepted';
  const error =
    outcome.kind === 'accepted' ? null : scrubText(`${outcome.reason}: ${outcome.cause}`).slice(0, LONGEST_ERROR);
  const version = reachable ? await readVersion(ctx, server) : undefined;
  await ctx.db
    .update(evolutionServers)
    .set({
      reachable,
      checkedAt: now,
      latencyMs: reachable ? latencyMs : null,
      reachableSinceAt: sql`case when ${evolutionServers.reachable} is distinct from ${reachable} then ${now.toISOString()}::timestamptz else ${evolutionServers.reachableSinceAt} end`,
      ...(version !== undefined && { version }),
      ...(error !== null && { lastError: error, lastErrorAt: now }),
    })
    .where(eq(evolutionServers.id, server.id));
  if (server.reachable !== false && !reachable)
    ctx.log.error({ evolutionServerId: server.id, url: server.url, error }, 'an evolution server does not answer');
  if (server.reachable === false && reachable)
    ctx.log.info({ evolutionServerId: server.id, url: server.url }, 'an evolution server answers again');
}

/** Undefined: not asked, or no answer to that; what was known stays. */
async function readVersion(ctx: AppContext, server: EvolutionServer): Promise<string | undefined> {
  const fresh = server.version !== null && server.reachable === true && server.checkedAt !== null;
  const asked =
    fresh &&
    Math.floor(server.checkedAt!.getTime() / VERSION_MS) === Math.floor(ctx.clock.now().getTime() / VERSION_MS);
  if (asked) return undefined;
  const outcome = await clientOf(ctx, server).serverVersion();
  return outcome.kind === 'accepted' ? (outcome.value ?? undefined) : undefined;
}
