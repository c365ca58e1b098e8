import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { isOnItsWay } from './media-uses.ts';

/**
 * Deletes those of the media that nobody has any more: neither the library, a customer, a message that brought it, a template, nor anything
 * on its way; their bytes go with the last of them. Who takes one just now is waited for, and then seen. Run it in a transaction.
 */
export async function releaseMedia(ctx: AppContext, mediaIds: string[]): Promise<void> {
  const ids = sql`any(${sql.param(mediaIds)}::uuid[])`;
  // bytes before files, as whoever keeps a file locks them
  await ctx.db.execute(sql`
    select from stored_contents c where (c.organization_id, c.sha256) in (select organization_id, sha256 from media where id = ${ids})
    order by c.organization_id, c.sha256 for update`);
  await ctx.db.execute(sql`select from media where id = ${ids} order by id for update`);
  await ctx.db.execute(sql`
    delete from media m where m.id = ${ids} and not m.in_library
      and not exists (select from customer_files f where f.media_id = m.id)
      and not exists (select from received_files r where r.media_id = m.id)
      and not exists (select from template_media t where t.media_id = m.id)
      and not ${isOnItsWay(sql`m.id`, sql`m.organization_id`)}`);
}
