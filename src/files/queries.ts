import { and, desc, eq, lt } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { media } from '#src/db/schema/files.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Media } from './media.ts';

/** The media library, newest first. */
export async function listMedia(
  ctx: OrgContext,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Media>> {
  const before = page.cursor === undefined ? undefined : lt(media.id, decodeIdCursor(page.cursor));
  const rows = await ctx.db
    .select()
    .from(media)
    .where(and(eq(media.organizationId, ctx.organizationId), eq(media.inLibrary, true), before))
    .orderBy(desc(media.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => [row.id]);
}

/** One of the organization's own; throws `not-found`. */
export const getMedia = (ctx: OrgContext, id: string): Promise<Media> => findStoredMedia(ctx, ctx.organizationId, id);

/** The same, for work that no user asked for just now. Throws `not-found`. */
export async function findStoredMedia(ctx: AppContext, organizationId: string, id: string): Promise<Media> {
  const [row] = await ctx.db
    .select()
    .from(media)
    .where(and(eq(media.organizationId, organizationId), eq(media.id, id)));
  if (!row) throw notFound();
  return row;
}
