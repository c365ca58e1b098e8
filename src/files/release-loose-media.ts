import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { releaseMedia } from './release-media.ts';

const BATCH = 200;
const LATER_MS = 10 * 60_000;
const WIDTH = 8;

/** Looks at every medium that lost somebody who had it, and deletes the bytes that nobody has. Safe to repeat and to do twice at once. */
export async function releaseLooseMedia(ctx: AppContext): Promise<{ media: number; contents: number }> {
  let media = 0;
  for (let seen = BATCH; seen === BATCH; media += seen) seen = await lookAtSome(ctx);
  let contents = 0;
  for (let gone = BATCH; gone === BATCH; contents += gone) gone = await deleteSome(ctx);
  return { media, contents };
}

/** What is on its way is looked at again later; everything else is gone now, or somebody has it. */
const lookAtSome = (ctx: AppContext): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const loose = await ctx.db.execute<{ media_id: string }>(sql`
      select media_id from loose_media where due_at is null or due_at <= ${now.toISOString()}::timestamptz
      order by media_id limit ${BATCH} for update skip locked`);
    if (loose.length === 0) return 0;
    const ids = loose.map((row) => row.media_id);
    await releaseMedia(ctx, ids);
    const later = new Date(now.getTime() + LATER_MS).toISOString();
    await ctx.db.execute(sql`
      update loose_media l set due_at = ${later}::timestamptz from media m
      where l.media_id = any(${sql.param(ids)}::uuid[]) and m.id = l.media_id and not m.in_library
        and not exists (select from customer_files f where f.media_id = m.id)
        and not exists (select from received_files r where r.media_id = m.id)
        and not exists (select from template_media t where t.media_id = m.id)`);
    await ctx.db.execute(sql`
      delete from loose_media where media_id = any(${sql.param(ids)}::uuid[])
        and (due_at is null or due_at <= ${now.toISOString()}::timestamptz)`);
    return loose.length;
  });

/** Nobody can come to have the bytes of a discarded key again, so they are deleted with no lock held. */
async function deleteSome(ctx: AppContext): Promise<number> {
  const rows = await ctx.db.execute<{ storage_key: string }>(
    sql`select storage_key from discarded_contents order by storage_key limit ${BATCH}`,
  );
  const keys = rows.map((row) => row.storage_key);
  for (let at = 0; at < keys.length; at += WIDTH)
    await Promise.all(keys.slice(at, at + WIDTH).map((key) => ctx.storage.delete(key)));
  if (keys.length > 0)
    await ctx.db.execute(sql`delete from discarded_contents where storage_key = any(${sql.param(keys)}::text[])`);
  return keys.length;
}
