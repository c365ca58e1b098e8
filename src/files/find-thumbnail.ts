import { Readable } from 'node:stream';
import { and, eq, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { storedContents } from '#src/db/schema/files.ts';
import { newId } from '#src/platform/ids.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Turnstile } from '#src/platform/turnstile.ts';
import type { Media } from './media.ts';
import { hasThumbnail, renderThumbnail } from './thumbnail.ts';

/**
 * Where a picture's thumbnail is: made when it is first asked for, once for the same bytes, and gone with them. Only so many are made at
 * once as `making` lets in. Throws `not-found` where there is none to be had.
 */
export async function findThumbnail(ctx: AppContext, row: Media, making: Turnstile): Promise<string> {
  if (!hasThumbnail(row)) throw notFound();
  const there = await readKey(ctx, row);
  return there ?? making.pass(async () => (await readKey(ctx, row)) ?? (await make(ctx, row)));
}

const isContent = ({ organizationId, sha256 }: Media) =>
  and(eq(storedContents.organizationId, organizationId), eq(storedContents.sha256, sha256));

async function readKey(ctx: AppContext, row: Media): Promise<string | null> {
  const [content] = await ctx.db
    .select({ key: storedContents.thumbnailKey })
    .from(storedContents)
    .where(isContent(row));
  return content?.key ?? null;
}

/** Whoever comes second, or after the picture is gone, takes what he made away again; a crash leaves it to the sweep. */
async function make(ctx: AppContext, row: Media): Promise<string> {
  const content = await ctx.storage.blob(row.storageKey, row.mimeType);
  const small = await renderThumbnail(Buffer.from(await content.arrayBuffer()), row.mimeType);
  if (!small) throw notFound();
  const key = `thumbnails/${row.organizationId}/${newId()}`;
  await ctx.storage.write(key, Readable.from([small]));
  const [mine] = await ctx.db
    .update(storedContents)
    .set({ thumbnailKey: key })
    .where(and(isContent(row), eq(storedContents.storageKey, row.storageKey), isNull(storedContents.thumbnailKey)))
    .returning({ key: storedContents.thumbnailKey });
  if (mine) return key;
  await ctx.storage.delete(key);
  const there = await readKey(ctx, row);
  if (!there) throw notFound();
  return there;
}
