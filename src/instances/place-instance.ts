import { sql } from 'drizzle-orm';
import { type AppContext, outsideBelt } from '#src/context.ts';
import { evolutionServers } from '#src/db/schema/instances.ts';
import { Problem } from '#src/platform/problem.ts';

const lock = sql`select pg_advisory_xact_lock(hashtext('ulak:place-instance'))`;
/** Of server `s`: also by those on their way to it, and by what moved ones have left on it. */
const taken = sql`
  select (select count(*) from instances i where i.deleted_at is null and (i.evolution_server_id = s.id or i.moving_to_server_id = s.id))
    + (select count(*) from instance_leftovers o where o.evolution_server_id = s.id) as taken`;

/**
 * The server with the greatest share of its places free. Holds a lock until the transaction ends, so that a last place is
 * given once. Throws `whatsapp-unavailable` when all are full.
 */
export async function placeInstance(ctx: AppContext): Promise<string> {
  await ctx.db.execute(lock);
  const [server] = await outsideBelt(ctx).db.execute<{ id: string }>(sql`
    select s.id from ${evolutionServers} s
    cross join lateral (${taken}) load
    where s.enabled and load.taken < s.capacity
    order by load.taken::float8 / s.capacity, s.id
    limit 1`);
  if (server) return server.id;
  throw new Problem('whatsapp-unavailable', {
    detail: {
      en: 'No WhatsApp server has a free place at the moment',
      tr: 'Şu anda hiçbir WhatsApp sunucusunda boş yer yok',
    },
    headers: { 'Retry-After': '300' },
  });
}

/** Throws `conflict` unless a server has a place for an instance that is not on its way there already; the same lock. */
export async function requirePlace(ctx: AppContext, serverId: string, instanceId: string): Promise<void> {
  await ctx.db.execute(lock);
  const [server] = await ctx.db.execute<{ full: boolean }>(sql`
    select load.taken >= s.capacity and not exists (select from instances i where i.id = ${instanceId} and i.moving_to_server_id = s.id) as full
    from ${evolutionServers} s cross join lateral (${taken}) load where s.id = ${serverId}`);
  if (server?.full)
    throw new Problem('conflict', {
      detail: { en: 'This server is full', tr: 'Bu sunucu dolu' },
      members: { full: true },
    });
}
