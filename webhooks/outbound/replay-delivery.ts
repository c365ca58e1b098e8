import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { webhookDeliveries } from '#src/db/schema/webhooks.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { requireEndpoint } from './require-endpoint.ts';
import { wakeHooks } from './wake-hooks.ts';

/** Delivers an event once more, now, with the same webhook-id and all its tries. Owner only. 409 where the endpoint is switched off. */
export async function replayDelivery(ctx: OrgContext, endpointId: string, deliveryId: string): Promise<void> {
  const endpoint = await requireEndpoint(ctx, endpointId);
  if (!endpoint.enabled) throw isOff();
  await inTransaction(ctx, async (ctx) => {
    const again = await ctx.db
      .update(webhookDeliveries)
      .set({
        status: 'pending',
        attempts: 0,
        run: sql`${webhookDeliveries.run} + 1`,
        dueAt: ctx.clock.now(),
        deliveredAt: null,
      })
      .where(and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.endpointId, endpointId)))
      .returning({ eventId: webhookDeliveries.eventId });
    if (again.length === 0) throw notFound();
    await recordActivity(ctx, {
      verb: 'webhooks.replay-delivery',
      subjectType: 'webhook-endpoint',
      subjectId: endpointId,
      details: { deliveryId, eventId: again[0]!.eventId },
    });
    await wakeHooks(ctx);
  });
}

export const isOff = (): Problem =>
  new Problem('conflict', {
    detail: { en: 'This endpoint is switched off', tr: 'Bu webhook adresi kapalı' },
  });
