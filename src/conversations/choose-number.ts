import { and, desc, eq, isNull } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { invalid, Problem } from '#src/platform/problem.ts';

type Instance = typeof instances.$inferSelect;

/**
 * The number that a message goes out from: the one asked for, of which a consultant has his own only, else the caller's own. 409 while it
 * is not connected: an answer that leaves hours later is none.
 */
export async function chooseNumber(ctx: OrgContext, instanceId: string | undefined): Promise<Instance> {
  const [instance] = await ctx.db
    .select()
    .from(instances)
    .where(
      and(
        eq(instances.organizationId, ctx.organizationId),
        isNull(instances.deletedAt),
        isNull(instances.deletingAt),
        instanceId ? eq(instances.id, instanceId) : eq(instances.userId, ctx.userId),
        ctx.role === 'owner' ? undefined : eq(instances.userId, ctx.userId),
      ),
    )
    .orderBy(desc(instances.id))
    .limit(1);
  if (!instance && instanceId)
    throw invalid('instanceId', { en: 'No such WhatsApp connection', tr: 'Böyle bir WhatsApp bağlantısı yok' });
  if (!instance)
    throw new Problem('instance-not-open', {
      detail: { en: 'Connect a WhatsApp number first', tr: 'Önce bir WhatsApp numarası bağlayın' },
    });
  return requireOpen(instance);
}

/** The number of a conversation; 409 when it was deleted or is not connected. */
export async function requireOpenNumber(ctx: OrgContext, instanceId: string | null): Promise<Instance> {
  const [instance] = await ctx.db
    .select()
    .from(instances)
    .where(and(eq(instances.id, instanceId!), eq(instances.organizationId, ctx.organizationId)));
  if (instance && !instance.deletingAt && !instance.deletedAt) return requireOpen(instance);
  throw new Problem('instance-not-open', {
    detail: { en: 'This WhatsApp connection was deleted', tr: 'Bu WhatsApp bağlantısı silinmiş' },
  });
}

function requireOpen(instance: Instance): Instance {
  if (instance.status === 'open') return instance;
  throw new Problem('instance-not-open', { members: { instanceStatus: instance.status } });
}
