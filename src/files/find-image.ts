import { and, eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { media } from '#src/db/schema/files.ts';
import { notFound } from '#src/platform/problem.ts';
import { readImageName } from './image-name.ts';
import type { Media } from './media.ts';

/** The picture of a name that `imageName` gave. Throws `not-found`. */
export async function findImage(ctx: AppContext, name: string): Promise<Media> {
  const id = readImageName(ctx.authSecret, name, ctx.config.formerAuthSecrets);
  if (!id) throw notFound();
  const [row] = await ctx.db
    .select()
    .from(media)
    .where(and(eq(media.id, id), eq(media.kind, 'image')));
  if (!row) throw notFound();
  return row;
}
