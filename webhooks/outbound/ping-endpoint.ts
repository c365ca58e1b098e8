import { and, eq, isNull, lte, or } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { webhookAttempts, webhookDeliveries, webhookEndpoints, webhookEvents } from '#src/db/schema/webhooks.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { faultOf, postEvent } from './post-event.ts';
import { type Endpoint, requireEndpoint } from './require-endpoint.ts';

/** The type of an event that nothing but a test sends. */
export const PING = 'ping';

export type PingResult = {
  deliveryId: string;
  delivered: boolean;
  statusCode: number | null;
  error: string | null;
  tookMilliseconds: number;
  response: string | null;
};

/** Longer than an attempt can take. */
const PATIENCE_SECONDS = 20;

/**
 * Sends one event to an endpoint at once, also to one that is switched off, and tells what came of it. Owner only. Never sent again. 429
 * while another one is on its way: whoever dawdles holds one request, not a thousand.
 */
export async function pingEndpoint(ctx: OrgContext, id: string): Promise<PingResult> {
  const endpoint = await beginPing(ctx, await requireEndpoint(ctx, id));
  const { organizationId } = ctx;
  const at = ctx.clock.now();
  const event = { id: newId(), organizationId, type: PING, occurredAt: at, data: { endpointId: id } };
  const outcome = await postEvent(ctx, endpoint, event, at);
  const error = faultOf(outcome);
  const answered = outcome.kind === 'answered';
  const attempt = {
    statusCode: answered ? outcome.status : null,
    error,
    tookMilliseconds: outcome.tookMilliseconds,
    response: answered ? outcome.body : null,
  };
  const deliveryId = newId();
  await inTransaction(ctx, async (ctx) => {
    await ctx.db.update(webhookEndpoints).set({ pingUntilAt: null }).where(eq(webhookEndpoints.id, id));
    await ctx.db.insert(webhookEvents).values(event);
    await ctx.db.insert(webhookDeliveries).values({
      id: deliveryId,
      organizationId,
      endpointId: id,
      eventId: event.id,
      eventType: PING,
      status: error === null ? 'delivered' : 'failed',
      attempts: 1,
      deliveredAt: error === null ? at : null,
      createdAt: at,
    });
    await ctx.db
      .insert(webhookAttempts)
      .values({ id: newId(), organizationId, deliveryId, attemptedAt: at, ...attempt });
    await recordActivity(ctx, {
      verb: 'webhooks.test-endpoint',
      subjectType: 'webhook-endpoint',
      subjectId: id,
      details: { statusCode: attempt.statusCode, error },
    });
  });
  return { deliveryId, delivered: error === null, ...attempt };
}

async function beginPing(ctx: OrgContext, { id }: Endpoint): Promise<Endpoint> {
  const now = ctx.clock.now();
  const { pingUntilAt } = webhookEndpoints;
  const [endpoint] = await ctx.db
    .update(webhookEndpoints)
    .set({ pingUntilAt: new Date(now.getTime() + PATIENCE_SECONDS * 1000) })
    .where(and(eq(webhookEndpoints.id, id), or(isNull(pingUntilAt), lte(pingUntilAt, now))))
    .returning();
  if (endpoint) return endpoint;
  throw new Problem('rate-limited', {
    detail: { en: 'A test of this endpoint is still running', tr: 'Bu adres için süren bir deneme var' },
    headers: { 'Retry-After': String(PATIENCE_SECONDS) },
  });
}
