import { and, desc, eq, gt } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { sessions, users } from '#src/db/schema/accounts.ts';

export type Impersonation = { adminId: string; name: string; until: Date };

/** The admin who acts as the context's user, and until when; null: he acts himself. An admin has one such session a user. */
export async function findImpersonation(ctx: OrgContext): Promise<Impersonation | null> {
  if (!ctx.impersonatorId) return null;
  const [row] = await ctx.db
    .select({ adminId: users.id, name: users.name, until: sessions.expiresAt })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.impersonatedBy))
    .where(
      and(
        eq(sessions.userId, ctx.userId),
        eq(sessions.impersonatedBy, ctx.impersonatorId),
        gt(sessions.expiresAt, ctx.clock.now()),
      ),
    )
    .orderBy(desc(sessions.expiresAt))
    .limit(1);
  return row ?? null;
}
