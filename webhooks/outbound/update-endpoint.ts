import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { webhookEndpoints } from '#src/db/schema/webhooks.ts';
import { notFound } from '#src/platform/problem.ts';
import { readTarget } from './read-target.ts';
import { type Endpoint, ownEndpoint, requireOwnership } from './require-endpoint.ts';
import { wakeHooks } from './wake-hooks.ts';

/** What is left out stays. */
export type EndpointChange = {
  url?: string | undefined;
  events?: string[] | undefined;
  description?: string | null | undefined;
  enabled?: boolean | undefined;
};

/** Changes an endpoint. Owner only. Switched on again (or moved) it starts afresh: its failures are forgotten, what waits is sent. */
export async function updateEndpoint(ctx: OrgContext, id: string, change: EndpointChange): Promise<Endpoint> {
  requireOwnership(ctx);
  const url = change.url === undefined ? undefined : await readTarget(ctx, change.url);
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const { enabled, description } = change;
    const events = change.events && [...new Set(change.events)];
    const [before] = await ctx.db.select().from(webhookEndpoints).where(ownEndpoint(ctx, id)).for('no key update');
    if (!before) throw notFound();
    const [endpoint] = await ctx.db
      .update(webhookEndpoints)
      .set({
        url,
        description,
        events,
        ...((enabled || url !== undefined) && AFRESH),
        ...(enabled !== undefined && {
          enabled,
          disabledReason: enabled ? null : ('by-hand' as const),
          disabledAt: enabled ? null : now,
        }),
        updatedAt: now,
      })
      .where(ownEndpoint(ctx, id))
      .returning();
    await recordActivity(ctx, {
      verb: 'webhooks.update-endpoint',
      subjectType: 'webhook-endpoint',
      subjectId: id,
      changes: changesOf(saidOf(before), saidOf(endpoint!), ['url', 'events', 'description', 'enabled']),
    });
    if (endpoint!.enabled) await wakeHooks(ctx);
    return endpoint!;
  });
}

/** What stands behind the question mark of a URL may be a secret. */
const saidOf = ({ url, events, description, enabled }: Endpoint) => {
  const { origin, pathname } = new URL(url);
  return { url: origin + pathname, events, description, enabled };
};

const AFRESH = { failuresInRow: 0, failingSinceAt: null, slow: false, pausedUntilAt: null };
