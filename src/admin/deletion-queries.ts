import { and, desc, eq, lt } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { type deletionStatuses, userDeletions } from '#src/db/schema/users-kept.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Deletion } from './deletion.ts';
import { requireAdmin } from './require-admin.ts';

type PageInput = { limit: number; cursor?: string | undefined; status?: (typeof deletionStatuses)[number] | undefined };

/** Newest first. */
export async function listDeletions(ctx: OrgContext, { limit, cursor, status }: PageInput): Promise<Page<Deletion>> {
  requireAdmin(ctx);
  const before = cursor ? lt(userDeletions.id, decodeIdCursor(cursor)) : undefined;
  const rows = await ctx.db
    .select()
    .from(userDeletions)
    .where(and(before, status && eq(userDeletions.status, status)))
    .orderBy(desc(userDeletions.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id]);
}

export async function findDeletion(ctx: OrgContext, id: string): Promise<Deletion> {
  requireAdmin(ctx);
  const [deletion] = await ctx.db.select().from(userDeletions).where(eq(userDeletions.id, id));
  if (!deletion) throw notFound();
  return deletion;
}
