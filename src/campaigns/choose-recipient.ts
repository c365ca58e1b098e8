import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { suppressionSql } from '#src/customers/suppression-sql.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';
import type { Campaign } from './campaign.ts';

export type Recipient = typeof campaignRecipients.$inferSelect;

/** Suppressed recipients passed over in one transaction, so that it stays short. */
const MOST_SKIPPED = 50;

/**
 * The next recipient that may be written to now; those suppressed since the campaign was made are skipped on the way.
 * `'exhausted'`: none is left. `'again'`: a long run was skipped, there may be more. With `warmOnly`, of those who were written
 * with before; none of them left is `'exhausted'` too.
 */
export async function chooseRecipient(
  ctx: AppContext,
  campaign: Campaign,
  warmOnly = false,
): Promise<Recipient | 'exhausted' | 'again'> {
  for (let skipped = 0; skipped < MOST_SKIPPED; skipped++) {
    const [next] = await ctx.db
      .select({ recipient: campaignRecipients, reason: sql<string | null>`suppression.reason` })
      .from(campaignRecipients)
      .crossJoinLateral(sql`(${suppressionOf(ctx, campaign)}) as suppression`)
      .where(
        and(
          eq(campaignRecipients.campaignId, campaign.id),
          // written out: with parameters in their place a prepared statement could not use the partial index
          sql`${campaignRecipients.status} in ('queued', 'sending')`,
          warmOnly ? sql`(not ${campaignRecipients.cold} or ${campaignRecipients.nextPart} > 1)` : undefined,
        ),
      )
      .orderBy(asc(campaignRecipients.position))
      .limit(1)
      .for('no key update', { of: campaignRecipients });
    if (!next) return 'exhausted';
    const { recipient, reason } = next;
    if (!reason) return recipient;
    await ctx.db
      .update(campaignRecipients)
      .set({ status: 'skipped', statusReason: reason, updatedAt: ctx.clock.now() })
      .where(eq(campaignRecipients.id, recipient.id));
  }
  return 'again';
}

function suppressionOf(ctx: AppContext, { organizationId, audience }: Campaign): SQL {
  const { customerId, address, variables } = campaignRecipients;
  const asked = {
    organizationId,
    customerId: sql`${customerId}`,
    phone: sql`${address}`,
    email: sql`${variables} ->> 'email'`,
  };
  return suppressionSql(ctx.clock.now(), asked, audience.includeGraylisted ?? false);
}
