import { and, eq, isNull } from 'drizzle-orm';
import { findCorrespondent } from '#src/accounts/find-correspondent.ts';
import { findOwner } from '#src/accounts/find-owner.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, unasked } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { webhookEndpoints } from '#src/db/schema/webhooks.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { queueMail } from '#src/mails/queue-mail.ts';

/**
 * Switches an endpoint off that is gone (410) or keeps failing; in the transaction of whoever found out. What waits for it stays until
 * somebody switches it on again. The owner reads of it live and, where it failed for days, by mail.
 */
export async function disableEndpoint(ctx: AppContext, endpointId: string, reason: 'gone' | 'failing'): Promise<void> {
  const now = ctx.clock.now();
  const [endpoint] = await ctx.db
    .update(webhookEndpoints)
    .set({ enabled: false, disabledReason: reason, disabledAt: now, updatedAt: now })
    .where(
      and(eq(webhookEndpoints.id, endpointId), eq(webhookEndpoints.enabled, true), isNull(webhookEndpoints.deletedAt)),
    )
    .returning();
  if (!endpoint) return;
  const { organizationId, url } = endpoint;
  const org = { ...ctx, organizationId, userId: null, actor: { type: 'job', id: null }, ...unasked } as const;
  await recordActivity(org, {
    verb: 'webhooks.disable-endpoint',
    subjectType: 'webhook-endpoint',
    subjectId: endpointId,
    details: { reason },
  });
  await publishLiveEvent(org, { type: 'webhook-endpoint.disabled', data: { id: endpointId, reason } });
  if (reason === 'failing') await mailOwner(ctx, organizationId, url);
}

async function mailOwner(ctx: AppContext, organizationId: string, url: string): Promise<void> {
  const userId = await findOwner(ctx, organizationId);
  const person = userId === null ? null : await findCorrespondent(ctx, { userId });
  if (!person) return;
  const [organization] = await ctx.db
    .select({ name: organizations.name })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  const { language, email: address, name } = person;
  const { origin, pathname } = new URL(url);
  const data = {
    name,
    organization: organization!.name,
    // what stands behind the question mark may be a secret
    endpoint: origin + pathname,
    days: ctx.config.webhookFailingDays,
  };
  await queueMail(ctx, { kind: 'webhook-endpoint-disabled', organizationId, language, address, data });
}
