import { and, eq, inArray, isNotNull, lt } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { archiveExports, archiveImports } from '#src/db/schema/archive.ts';
import { DAY_MS, GIVEN_UP_AFTER_MS, OPEN } from './export.ts';

const BATCH = 200;

/** Removes the files of what has expired, says of what never came to an end that it failed, and sweeps bytes that no row speaks of. */
export async function purgeArchives(ctx: AppContext): Promise<number> {
  const now = ctx.clock.now();
  await giveUpForgotten(ctx, new Date(now.getTime() - GIVEN_UP_AFTER_MS));
  let removed = 0;
  for (const table of [archiveExports, archiveImports]) {
    for (;;) {
      const expired = await ctx.db
        .select({ id: table.id, key: table.storageKey })
        .from(table)
        .where(and(lt(table.expiresAt, now), isNotNull(table.storageKey)))
        .limit(BATCH);
      for (const { id, key } of expired) {
        await ctx.storage.delete(key!);
        await ctx.db.update(table).set({ storageKey: null, passphraseSealed: null }).where(eq(table.id, id));
      }
      removed += expired.length;
      if (expired.length < BATCH) break;
    }
  }
  await ctx.db
    .update(archiveExports)
    .set({ status: 'expired' })
    .where(and(eq(archiveExports.status, 'completed'), lt(archiveExports.expiresAt, now)));
  await ctx.db
    .update(archiveImports)
    .set({ status: 'expired' })
    .where(and(inArray(archiveImports.status, ['checked', 'refused']), lt(archiveImports.expiresAt, now)));
  // of a process that was killed before it had settled the row
  await ctx.storage.deleteOlder('archives', new Date(now.getTime() - DAY_MS), (keys) => wantedOf(ctx, keys));
  return removed;
}

async function giveUpForgotten(ctx: AppContext, before: Date): Promise<void> {
  const gone = {
    status: 'failed',
    statusReason: 'could-not-be-made',
    passphraseSealed: null,
    endedAt: ctx.clock.now(),
  } as const;
  await ctx.db
    .update(archiveExports)
    .set(gone)
    .where(and(inArray(archiveExports.status, [...OPEN]), lt(archiveExports.createdAt, before)));
  await ctx.db
    .update(archiveImports)
    .set({ ...gone, statusReason: 'did-not-end' })
    .where(and(inArray(archiveImports.status, ['checking', 'applying']), lt(archiveImports.checkedAt, before)));
}

async function wantedOf(ctx: AppContext, keys: string[]): Promise<Set<string>> {
  const wanted = new Set<string>();
  for (const table of [archiveExports, archiveImports])
    for (const { key } of await ctx.db
      .select({ key: table.storageKey })
      .from(table)
      .where(inArray(table.storageKey, keys)))
      wanted.add(key!);
  return wanted;
}
