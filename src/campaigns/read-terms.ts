import { and, eq, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { platformSettings, userSettings } from '#src/db/schema/accounts.ts';
import { evolutionServers, instances } from '#src/db/schema/instances.ts';
import { openSender, type Sender } from '#src/instances/sender-of.ts';
import { type SendingRules, sendingRulesOf } from '#src/windows/read-sending-rules.ts';
import type { Claim } from './lane.ts';

export type Terms = { sender: Sender; rules: SendingRules };

/** How and when a claimed message may leave, as of now; null when its instance is deleted or being deleted. */
export async function readTerms(ctx: AppContext, claim: Claim): Promise<Terms | null> {
  const [row] = await ctx.db
    .select({
      providerName: instances.providerName,
      token: instances.token,
      server: evolutionServers,
      own: userSettings,
      platform: platformSettings,
    })
    .from(instances)
    .innerJoin(evolutionServers, eq(instances.evolutionServerId, evolutionServers.id))
    .leftJoin(userSettings, eq(userSettings.userId, claim.userId))
    .leftJoin(platformSettings, eq(platformSettings.id, 1))
    .where(and(eq(instances.id, claim.instanceId), isNull(instances.deletingAt), isNull(instances.deletedAt)));
  return row ? { sender: openSender(ctx, row), rules: sendingRulesOf(ctx, row) } : null;
}
