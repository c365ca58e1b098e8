import { inArray, or } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { storedContents } from '#src/db/schema/files.ts';

const DAY_MS = 86_400_000;

/**
 * Removes unfinished uploads, and bytes that no file has, of more than a day ago: a process that was killed could not do it itself.
 */
export async function sweepUploads(ctx: AppContext): Promise<number> {
  const before = new Date(ctx.clock.now().getTime() - DAY_MS);
  const unfinished = await ctx.storage.sweepHeld(before);
  let orphans = 0;
  for (const prefix of ['media', 'thumbnails'])
    orphans += await ctx.storage.deleteOlder(prefix, before, (keys) => wantedOf(ctx, keys));
  return unfinished + orphans;
}

async function wantedOf(ctx: AppContext, keys: string[]): Promise<Set<string>> {
  const rows = await ctx.db
    .select({ key: storedContents.storageKey, thumbnail: storedContents.thumbnailKey })
    .from(storedContents)
    .where(or(inArray(storedContents.storageKey, keys), inArray(storedContents.thumbnailKey, keys)));
  return new Set(rows.flatMap(({ key, thumbnail }) => [key, ...(thumbnail ? [thumbnail] : [])]));
}
