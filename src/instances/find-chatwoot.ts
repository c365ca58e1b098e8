import type { Chatwoot } from '#src/channels/evolution/integration-client.ts';
import type { OrgContext } from '#src/context.ts';
import type { Integrated } from './open-integrations.ts';
import { takenOf } from './taken-of.ts';

/** Stands in the place of a token that was taken away: Evolution cannot delete what it knows of Chatwoot. */
export const ERASED = 'erased';

/** What Chatwoot is set to; null: nothing. */
export async function findChatwoot(ctx: OrgContext, { instance, client }: Integrated): Promise<Chatwoot | null> {
  const found = takenOf(ctx, instance, await client.findChatwoot(instance.providerName));
  return found?.token === ERASED && !found.enabled ? null : found;
}
