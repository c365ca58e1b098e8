import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { ERASED, findChatwoot } from './find-chatwoot.ts';
import { findTypebot } from './find-typebot.ts';
import { type Integrated, openIntegrations } from './open-integrations.ts';
import { takenOf } from './taken-of.ts';

/** Ends an integration at Evolution, with what it kept of its token. Done also when there was none. */
export async function removeIntegration(
  ctx: OrgContext,
  id: string,
  integration: 'chatwoot' | 'typebot',
): Promise<void> {
  const open = await openIntegrations(ctx, id);
  const remove = await (integration === 'chatwoot' ? removerOfChatwoot(ctx, open) : removerOfTypebot(ctx, open));
  if (!remove) return;
  await inTransaction(ctx, (ctx) =>
    recordActivity(ctx, {
      verb: 'instances.remove-integration',
      subjectType: 'instance',
      subjectId: id,
      details: { integration },
    }),
  );
  await remove();
}

type Remove = (() => Promise<void>) | null;

async function removerOfChatwoot(ctx: OrgContext, open: Integrated): Promise<Remove> {
  const { instance, client } = open;
  const before = await findChatwoot(ctx, open);
  const nothing = { enabled: false, token: ERASED, importContacts: false, importMessages: false };
  return (
    before &&
    (async () => takenOf(ctx, instance, await client.setChatwoot(instance.providerName, { ...before, ...nothing })))
  );
}

async function removerOfTypebot(ctx: OrgContext, open: Integrated): Promise<Remove> {
  const { instance, client } = open;
  const before = await findTypebot(ctx, open);
  return before && (async () => takenOf(ctx, instance, await client.deleteTypebot(instance.providerName, before.id)));
}
