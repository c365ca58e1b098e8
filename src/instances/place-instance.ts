import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { evolutionServers } from '#src/db/schema/instances.ts';
import { Problem } from '#src/platform/problem.ts';

/**
 * The server with the greatest share of its places free. Holds a lock until the transaction ends, so that a last place is
 * given once. Throws `whatsapp-unavailable` when all are full.
 */
export async function placeInstance(ctx: AppContext): Promise<string> {
  await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtext('ulak:place-instance'))`);
  const [server] = await ctx.db.execute<{ id: string }>(sql`
    select s.id from ${evolutionServers} s
    cross join lateral (
      select count(*) as taken from instances i where i.evolution_server_id = s.id and i.deleted_at is null
    ) load
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
