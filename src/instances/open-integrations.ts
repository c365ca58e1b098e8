import { requireOwner } from '#src/accounts/require-owner.ts';
import type { EvolutionClient } from '#src/channels/evolution/evolution-client.ts';
import type { OrgContext } from '#src/context.ts';
import { clientOf } from './client-of.ts';
import type { Instance } from './instance.ts';
import { getInstance } from './queries.ts';

export type Integrated = { instance: Instance; client: EvolutionClient };

/** The connection and its server; owner only. Throws `not-found` and `forbidden`. */
export async function openIntegrations(ctx: OrgContext, id: string): Promise<Integrated> {
  requireOwner(ctx);
  const { instance, server } = await getInstance(ctx, id);
  return { instance, client: clientOf(ctx, server) };
}
