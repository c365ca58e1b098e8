import type { KnownTypebot } from '#src/channels/evolution/integration-client.ts';
import type { OrgContext } from '#src/context.ts';
import type { Integrated } from './open-integrations.ts';
import { takenOf } from './taken-of.ts';

/** Ours among the bots of a connection. */
export const OUR_BOT = 'Ulak';

/** The bot that we set up; those of others on the same connection are none of our business. */
export async function findTypebot(ctx: OrgContext, { instance, client }: Integrated): Promise<KnownTypebot | null> {
  const bots = takenOf(ctx, instance, await client.findTypebots(instance.providerName));
  return bots.find(({ description }) => description === OUR_BOT) ?? null;
}
