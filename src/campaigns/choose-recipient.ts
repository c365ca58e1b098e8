import { and, asc, eq, inArray } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { suppressionOf } from '#src/customers/is-suppressed.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';
import type { Campaign } from './campaign.ts';

export type Recipient = typeof campaignRecipients.$inferSelect;

/** Suppressed recipients passed over in one transaction, so that it stays short. */
const MOST_SKIPPED = 50;

/**
 * The next recipient that may be written to now; those suppressed since the campaign was made are skipped on the way.
 * `'exhausted'`: none is left. `'again'`: a long run was skipped, there may be more.
 */
export async function chooseRecipient(ctx: AppContext, campaign: Campaign): Promise<Recipient | 'exhausted' | 'again'> {
  for (let skipped = 0; skipped < MOST_SKIPPED; skipped++) {
    const [recipient] = await ctx.db
      .select()
      .from(campaignRecipients)
      .where(
        and(eq(campaignRecipients.campaignId, campaign.id), inArray(campaignRecipients.status, ['queued', 'sending'])),
      )
      .orderBy(asc(campaignRecipients.position))
      .limit(1)
      .for('no key update');
    if (!recipient) return 'exhausted';
    const reason = await suppressionOf(ctx, {
      organizationId: campaign.organizationId,
      customerId: recipient.customerId,
      phone: recipient.address,
      email: recipient.variables['email'] ?? null,
      includeGraylisted: campaign.audience.includeGraylisted ?? false,
    });
    if (!reason) return recipient;
    await ctx.db
      .update(campaignRecipients)
      .set({ status: 'skipped', statusReason: reason, updatedAt: ctx.clock.now() })
      .where(eq(campaignRecipients.id, recipient.id));
  }
  return 'again';
}
