import { and, desc, eq, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { evolutionServers, instances, laneHealth } from '#src/db/schema/instances.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { LaneHealth } from './breaker.ts';
import type { EvolutionServer, Instance } from './instance.ts';

export type InstanceWithServer = { instance: Instance; server: EvolutionServer };
export type InstanceView = InstanceWithServer & { health: LaneHealth[] };
export type ServerWithLoad = EvolutionServer & { instanceCount: number; openCount: number };
type PageInput = { limit: number; cursor?: string | undefined };

/** To its owner an instance is gone as soon as he has deleted it. */
const living = and(isNull(instances.deletingAt), isNull(instances.deletedAt));
/** The caller's own number; an owner manages the whole organization's. */
const visible = (ctx: OrgContext): SQL | undefined =>
  and(
    eq(instances.organizationId, ctx.organizationId),
    ctx.role === 'owner' ? undefined : eq(instances.userId, ctx.userId),
    living,
  );
const onServer = eq(instances.evolutionServerId, evolutionServers.id);

/** A living instance that the caller may see; throws `not-found`. */
export async function getInstance(ctx: OrgContext, id: string): Promise<InstanceView> {
  const [row] = await ctx.db
    .select({ instance: instances, server: evolutionServers })
    .from(instances)
    .innerJoin(evolutionServers, onServer)
    .where(and(eq(instances.id, id), visible(ctx)));
  if (!row) throw notFound();
  const [view] = await withHealth(ctx, [row]);
  return view!;
}

/** Newest first. */
export async function listInstances(ctx: OrgContext, { limit, cursor }: PageInput): Promise<Page<InstanceView>> {
  const rows = await ctx.db
    .select({ instance: instances, server: evolutionServers })
    .from(instances)
    .innerJoin(evolutionServers, onServer)
    .where(and(visible(ctx), cursor ? lt(instances.id, decodeIdCursor(cursor)) : undefined))
    .orderBy(desc(instances.id))
    .limit(limit + 1);
  return toPage(await withHealth(ctx, rows), limit, (row) => [row.instance.id]);
}

async function withHealth(ctx: AppContext, rows: InstanceWithServer[]): Promise<InstanceView[]> {
  const ids = rows.map(({ instance }) => instance.id);
  const found =
    ids.length === 0 ? [] : await ctx.db.select().from(laneHealth).where(inArray(laneHealth.instanceId, ids));
  return rows.map((row) => ({ ...row, health: found.filter(({ instanceId }) => instanceId === row.instance.id) }));
}

/** Whoever's it is, deleted or not, for work behind the scenes. */
export async function findInstance(ctx: AppContext, id: string): Promise<InstanceWithServer | null> {
  const [row] = await ctx.db
    .select({ instance: instances, server: evolutionServers })
    .from(instances)
    .innerJoin(evolutionServers, onServer)
    .where(eq(instances.id, id));
  return row ?? null;
}

/** With those that are on their way to it, and what moved ones have left on it: each takes a place. */
const instanceCount = sql<number>`(select count(*)::int from ${instances} i
  where i.deleted_at is null and (i.evolution_server_id = evolution_servers.id or i.moving_to_server_id = evolution_servers.id))
  + (select count(*)::int from instance_leftovers o where o.evolution_server_id = evolution_servers.id)`;
const openCount = sql<number>`(select count(*)::int from ${instances} i
  where i.evolution_server_id = evolution_servers.id and i.deleted_at is null and i.deleting_at is null and i.status = 'open')`;

export async function listServers(ctx: AppContext): Promise<ServerWithLoad[]> {
  const rows = await ctx.db
    .select({ server: evolutionServers, instanceCount, openCount })
    .from(evolutionServers)
    .orderBy(desc(evolutionServers.id));
  return rows.map(({ server, instanceCount, openCount }) => ({ ...server, instanceCount, openCount }));
}

/** Throws `not-found`. */
export async function getServer(ctx: AppContext, id: string): Promise<ServerWithLoad> {
  const [row] = await ctx.db
    .select({ server: evolutionServers, instanceCount, openCount })
    .from(evolutionServers)
    .where(eq(evolutionServers.id, id));
  if (!row) throw notFound();
  return { ...row.server, instanceCount: row.instanceCount, openCount: row.openCount };
}
