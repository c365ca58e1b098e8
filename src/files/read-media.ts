import { and, eq, inArray } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { media } from '#src/db/schema/files.ts';
import { isUuid } from '#src/platform/cursor.ts';
import { invalid } from '#src/platform/problem.ts';
import type { Media } from './media.ts';

/**
 * The organization's media in the order asked for. Throws `invalid-request` at `mediaIds[i]` for one it does not have. In a transaction
 * they are held against deletion until its end.
 */
export async function readMedia(ctx: OrgContext, mediaIds: readonly string[]): Promise<Media[]> {
  const wanted = [...new Set(mediaIds.map((id) => id.toLowerCase()))].filter(isUuid);
  const rows =
    wanted.length === 0
      ? []
      : await ctx.db
          .select()
          .from(media)
          .where(and(eq(media.organizationId, ctx.organizationId), inArray(media.id, wanted)))
          .orderBy(media.id)
          .for('key share');
  const found = new Map(rows.map((row) => [row.id, row]));
  return mediaIds.map((id, i) => {
    const row = found.get(id.toLowerCase());
    if (!row) throw invalid(`mediaIds[${i}]`, { en: 'There is no such file', tr: 'Böyle bir dosya yok' });
    return row;
  });
}
