import { eq } from 'drizzle-orm';
import type { EvolutionClient, Qr } from '#src/channels/evolution/evolution-client.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { clientOf } from './client-of.ts';
import type { Instance } from './instance.ts';
import { findInstance } from './queries.ts';
import { saveQr } from './save-qr.ts';
import { webhookOf } from './webhook-of.ts';

/** `refused`: certainly not created; `unanswered`: perhaps, ask again later. */
export type Provisioning = 'provisioned' | 'refused' | 'unanswered';

/**
 * Has Evolution create the instance, with its own key and our webhook, and show a QR code. Safe to repeat: the name is ours
 * alone, so one that is taken there was made by an earlier try.
 */
export async function provisionInstance(
  ctx: AppContext,
  instanceId: string,
  number: string | null = null,
): Promise<Provisioning> {
  const found = await findInstance(ctx, instanceId);
  if (!found || found.instance.provisionedAt || found.instance.deletingAt) return 'provisioned';
  const { instance, server } = found;
  const client = clientOf(ctx, server);
  const token = ctx.secrets.open(instance.token);
  const outcome = await client.create({
    name: instance.providerName,
    token,
    number,
    webhook: webhookOf(ctx, instance),
  });
  if (outcome.kind === 'accepted') return markProvisioned(ctx, instance, outcome.value.qr);
  if (outcome.kind === 'rejected' && outcome.reason === 'name-taken') return adopt(ctx, client, instance);
  ctx.log.warn({ instanceId, reason: outcome.reason, cause: outcome.cause }, 'evolution did not create the instance');
  return outcome.kind === 'unknown' ? 'unanswered' : 'refused';
}

/** An earlier try has made it, and Evolution may have died before the webhook was stored. */
async function adopt(ctx: AppContext, client: EvolutionClient, instance: Instance): Promise<Provisioning> {
  const webhook = await client.setWebhook(instance.providerName, webhookOf(ctx, instance));
  if (webhook.kind !== 'accepted') return 'unanswered';
  const connection = await client.connect(instance.providerName);
  return markProvisioned(ctx, instance, connection.kind === 'accepted' ? connection.value.qr : null);
}

function markProvisioned(ctx: AppContext, { id }: Instance, qr: Qr | null): Promise<'provisioned'> {
  return inTransaction(ctx, async (ctx) => {
    const provisionedAt = ctx.clock.now();
    await ctx.db.update(instances).set({ provisionedAt, updatedAt: provisionedAt }).where(eq(instances.id, id));
    if (qr) await saveQr(ctx, id, qr);
    return 'provisioned' as const;
  });
}
