import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { media } from '#src/db/schema/files.ts';
import { notFound } from '#src/platform/problem.ts';
import { releaseMediaJob } from './jobs.ts';
import type { Media } from './media.ts';
import { requireUnused } from './media-uses.ts';
import { releaseMedia } from './release-media.ts';

/**
 * Takes a file out of the library; it is gone unless a customer's Files tab or a message still shows it. Throws `media-in-use` while
 * something on its way needs it, `not-found` for what is not in the library.
 */
export const deleteMedia = (ctx: OrgContext, id: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const row = await lockMedia(ctx, id);
    await requireUnused(ctx, row);
    await ctx.db.update(media).set({ inLibrary: false }).where(eq(media.id, id));
    await releaseMedia(ctx, [id]);
    const { kind, fileName } = row;
    await recordActivity(ctx, {
      verb: 'media.delete',
      subjectType: 'media',
      subjectId: id,
      details: { kind, fileName },
    });
    await ctx.jobs.send(releaseMediaJob, {});
  });

/** Its bytes first, as whoever keeps a file locks them. */
async function lockMedia(ctx: OrgContext, id: string): Promise<Media> {
  const own = and(eq(media.id, id), eq(media.organizationId, ctx.organizationId), eq(media.inLibrary, true));
  await ctx.db.execute(sql`
    select from stored_contents c join ${media} on media.organization_id = c.organization_id and media.sha256 = c.sha256
    where ${own} for update of c`);
  const [row] = await ctx.db.select().from(media).where(own).for('update');
  if (!row) throw notFound();
  return row;
}
