import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { webhookEndpoints } from '#src/db/schema/webhooks.ts';
import { notFound } from '#src/platform/problem.ts';
import { newSigningSecret } from './new-signing-secret.ts';
import { ownEndpoint, requireOwnership } from './require-endpoint.ts';

const BOTH_MS = 24 * 3600 * 1000;

/** A new secret, not to be had again; for a day the one before it signs, too. Owner only. */
export async function rotateSecret(
  ctx: OrgContext,
  id: string,
): Promise<{ secret: string; previousSecretUntil: Date }> {
  requireOwnership(ctx);
  const secret = newSigningSecret();
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const previousSecretUntil = new Date(now.getTime() + BOTH_MS);
    const rotated = await ctx.db
      .update(webhookEndpoints)
      .set({
        secretSealed: ctx.secrets.seal(secret),
        previousSecretSealed: sql`${webhookEndpoints.secretSealed}`,
        previousSecretUntilAt: previousSecretUntil,
        updatedAt: now,
      })
      .where(ownEndpoint(ctx, id))
      .returning({ id: webhookEndpoints.id });
    if (rotated.length === 0) throw notFound();
    await recordActivity(ctx, { verb: 'webhooks.rotate-secret', subjectType: 'webhook-endpoint', subjectId: id });
    return { secret, previousSecretUntil };
  });
}
