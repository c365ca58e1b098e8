import { and, count, desc, eq, gt, lt } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { members, sessions, users } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';

export type SessionRow = typeof sessions.$inferSelect;

/** A user's sessions that have not run out, newest first. */
export async function listSessions(
  ctx: AppContext,
  userId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<SessionRow>> {
  const rows = await ctx.db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        gt(sessions.expiresAt, ctx.clock.now()),
        cursor ? lt(sessions.id, decodeIdCursor(cursor)) : undefined,
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.id]);
}

/** Throws `not-found`. */
export async function requireUser(ctx: AppContext, userId: string): Promise<void> {
  const [row] = await ctx.db.select({ found: count() }).from(users).where(eq(users.id, userId));
  if (row!.found === 0) throw notFound();
}

/** Where a user belongs, or belonged while he had credits; null: nowhere. Throws `not-found` for nobody. */
export async function organizationOf(ctx: AppContext, userId: string): Promise<string | null> {
  const [row] = await ctx.db
    .select({ member: members.organizationId, account: creditAccounts.organizationId })
    .from(users)
    .leftJoin(members, eq(members.userId, users.id))
    .leftJoin(creditAccounts, eq(creditAccounts.userId, users.id))
    .where(eq(users.id, userId))
    .orderBy(members.createdAt, members.id)
    .limit(1);
  if (!row) throw notFound();
  return row.member ?? row.account;
}
