import { and, eq, isNull } from 'drizzle-orm';
import type { EvolutionClient } from '#src/channels/evolution/evolution-client.ts';
import type { AppContext } from '#src/context.ts';
import { evolutionServers, instances } from '#src/db/schema/instances.ts';
import { clientOf } from './client-of.ts';

export type Sender = {
  client: EvolutionClient;
  /** The instanceName at Evolution. */
  providerName: string;
  /** The instance's own key, for sends. */
  token: string;
  evolutionServerId: string;
  /** Null: not known yet whether the server keeps the message id that we choose. */
  keepsOwnMessageId: boolean | null;
};

/** The way to WhatsApp for an instance; null when it is deleted or being deleted. */
export async function senderOf(ctx: AppContext, instanceId: string): Promise<Sender | null> {
  const [row] = await ctx.db
    .select({ providerName: instances.providerName, token: instances.token, server: evolutionServers })
    .from(instances)
    .innerJoin(evolutionServers, eq(instances.evolutionServerId, evolutionServers.id))
    .where(and(eq(instances.id, instanceId), isNull(instances.deletingAt), isNull(instances.deletedAt)));
  return row ? openSender(ctx, row) : null;
}

export type SenderRow = Pick<typeof instances.$inferSelect, 'providerName' | 'token'> & {
  server: typeof evolutionServers.$inferSelect;
};

/** The sender from a row that another query has read along. */
export const openSender = (ctx: AppContext, { providerName, token, server }: SenderRow): Sender => ({
  client: clientOf(ctx, server),
  providerName,
  token: ctx.secrets.open(token),
  evolutionServerId: server.id,
  keepsOwnMessageId: server.keepsOwnMessageId,
});
