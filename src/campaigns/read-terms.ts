import { and, eq, isNull, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { evolutionServers, instances } from '#src/db/schema/instances.ts';
import { numberChecks } from '#src/db/schema/messages.ts';
import { platformSettings } from '#src/db/schema/platform.ts';
import { openSender, type Sender } from '#src/instances/sender-of.ts';
import type { CheckedNumber } from '#src/messages/check-number.ts';
import { type SendingRules, sendingRulesOf } from '#src/windows/read-sending-rules.ts';
import type { Claim } from './lane.ts';

/** `checked`: what was last said of the number, if anything. */
export type Terms = { sender: Sender; rules: SendingRules; checked: CheckedNumber | null };

/** How and when claimed messages may leave, as of now, in order; null for an instance that is deleted or being deleted. */
export async function readTerms(ctx: AppContext, claims: Claim[]): Promise<(Terms | null)[]> {
  const given = claims.map(({ messageId, instanceId, userId, address }) => ({
    message_id: messageId,
    instance_id: instanceId,
    user_id: userId,
    address,
  }));
  const rows = await ctx.db
    .select({
      messageId: sql<string>`g.message_id`,
      providerName: instances.providerName,
      token: instances.token,
      server: evolutionServers,
      own: userSettings,
      platform: platformSettings,
      checked: numberChecks,
    })
    .from(
      sql`jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(message_id uuid, instance_id uuid, user_id uuid, address text)`,
    )
    .innerJoin(
      instances,
      and(
        eq(instances.id, sql`g.instance_id`),
        isNull(instances.movingToServerId),
        isNull(instances.deletingAt),
        isNull(instances.deletedAt),
      ),
    )
    .innerJoin(evolutionServers, eq(instances.evolutionServerId, evolutionServers.id))
    .leftJoin(userSettings, eq(userSettings.userId, sql`g.user_id`))
    .leftJoin(platformSettings, eq(platformSettings.id, 1))
    .leftJoin(numberChecks, eq(numberChecks.phone, sql`g.address`));
  const terms = new Map(
    rows.map((row) => [
      row.messageId,
      { sender: openSender(ctx, row), rules: sendingRulesOf(ctx, row), checked: row.checked },
    ]),
  );
  return claims.map(({ messageId }) => terms.get(messageId) ?? null);
}
