import { and, asc, eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { members } from '#src/db/schema/accounts.ts';

/** The user who owns an organization, the first if there are several; null when it has none. */
export async function findOwner(ctx: AppContext, organizationId: string): Promise<string | null> {
  const [owner] = await ctx.db
    .select({ userId: members.userId })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), eq(members.role, 'owner')))
    .orderBy(asc(members.createdAt), asc(members.userId))
    .limit(1);
  return owner?.userId ?? null;
}
