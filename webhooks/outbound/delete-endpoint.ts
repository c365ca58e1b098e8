import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { webhookEndpoints } from '#src/db/schema/webhooks.ts';
import { notFound } from '#src/platform/problem.ts';
import { ownEndpoint, requireOwnership } from './require-endpoint.ts';

/** Nothing is sent to it any more, and its secrets are gone; its delivery log goes in the night. Owner only. */
export async function deleteEndpoint(ctx: OrgContext, id: string): Promise<void> {
  requireOwnership(ctx);
  await inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const [endpoint] = await ctx.db
      .update(webhookEndpoints)
      .set({ deletedAt: now, updatedAt: now, enabled: false, secretSealed: '', previousSecretSealed: null })
      .where(ownEndpoint(ctx, id))
      .returning();
    if (!endpoint) throw notFound();
    await recordActivity(ctx, {
      verb: 'webhooks.delete-endpoint',
      subjectType: 'webhook-endpoint',
      subjectId: id,
      details: { host: new URL(endpoint.url).host },
    });
  });
}
