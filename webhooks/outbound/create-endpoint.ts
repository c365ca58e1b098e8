import { and, eq, isNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { webhookEndpoints } from '#src/db/schema/webhooks.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { requireFeature } from '#src/settings/require-feature.ts';
import { newSigningSecret } from './new-signing-secret.ts';
import { readTarget } from './read-target.ts';
import { type Endpoint, requireOwnership } from './require-endpoint.ts';

export type NewEndpoint = {
  url: string;
  events: string[];
  description?: string | null | undefined;
  enabled?: boolean | undefined;
};

/** Of one organization. */
export const MOST_ENDPOINTS = 20;

/** An endpoint that is told what it chose from now on. Owner only. Its secret is not to be had again. 409 for one too many. */
export async function createEndpoint(
  ctx: OrgContext,
  input: NewEndpoint,
): Promise<{ endpoint: Endpoint; secret: string }> {
  requireOwnership(ctx);
  await requireFeature(ctx, 'webhooks');
  const url = await readTarget(ctx, input.url);
  const secret = newSigningSecret();
  return inTransaction(ctx, async (ctx) => {
    await requireRoom(ctx);
    const now = ctx.clock.now();
    const { enabled = true, description = null } = input;
    const [endpoint] = await ctx.db
      .insert(webhookEndpoints)
      .values({
        id: newId(),
        organizationId: ctx.organizationId,
        url,
        description,
        events: [...new Set(input.events)],
        enabled,
        disabledReason: enabled ? null : 'by-hand',
        disabledAt: enabled ? null : now,
        secretSealed: ctx.secrets.seal(secret),
        createdAt: now,
        updatedAt: now,
      })
      .returning();
    await recordActivity(ctx, {
      verb: 'webhooks.create-endpoint',
      subjectType: 'webhook-endpoint',
      subjectId: endpoint!.id,
      details: { host: new URL(url).host, events: endpoint!.events },
    });
    return { endpoint: endpoint!, secret };
  });
}

/** Two at once are counted one after the other. */
async function requireRoom(ctx: OrgContext): Promise<void> {
  await ctx.db.select().from(organizations).where(eq(organizations.id, ctx.organizationId)).for('no key update');
  const theirs = and(eq(webhookEndpoints.organizationId, ctx.organizationId), isNull(webhookEndpoints.deletedAt));
  if ((await ctx.db.$count(webhookEndpoints, theirs)) >= MOST_ENDPOINTS)
    throw new Problem('conflict', {
      detail: { en: `At most ${MOST_ENDPOINTS} webhook endpoints`, tr: `En çok ${MOST_ENDPOINTS} webhook adresi` },
    });
}
