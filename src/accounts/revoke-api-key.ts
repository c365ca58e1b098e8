import { and, eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { apiKeys } from '#src/db/schema/accounts.ts';
import { notFound } from '#src/platform/problem.ts';
import { requireSession } from './create-api-key.ts';
import { recordActivity } from './record-activity.ts';

/** Ends a key of the user's own at once, for good. Throws `not-found`. */
export async function revokeApiKey(ctx: OrgContext, id: string): Promise<void> {
  requireSession(ctx);
  await inTransaction(ctx, async (ctx) => {
    const mine = and(eq(apiKeys.id, id), eq(apiKeys.referenceId, ctx.userId));
    const [revoked] = await ctx.db.delete(apiKeys).where(mine).returning({ name: apiKeys.name });
    if (!revoked) throw notFound();
    await recordActivity(ctx, {
      verb: 'accounts.revoke-api-key',
      subjectType: 'apiKey',
      subjectId: id,
      details: { name: revoked.name },
    });
  });
}
