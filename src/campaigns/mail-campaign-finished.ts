import { eq } from 'drizzle-orm';
import { findCorrespondent } from '#src/accounts/find-correspondent.ts';
import type { AppContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { campaignProgress } from '#src/db/schema/campaigns.ts';
import { queueMail } from '#src/mails/queue-mail.ts';
import { type Campaign, countsOf } from './campaign.ts';

/** Tells a campaign's user by mail that it is over, unless he does not wish it; in the transaction that ends it. */
export async function mailCampaignFinished(ctx: AppContext, { id, name, userId }: Campaign): Promise<void> {
  const [row] = await ctx.db
    .select({ wished: userSettings.mailCampaignFinished, progress: campaignProgress })
    .from(campaignProgress)
    .innerJoin(userSettings, eq(userSettings.userId, userId))
    .where(eq(campaignProgress.campaignId, id));
  const person = row?.wished ? await findCorrespondent(ctx, { userId }) : null;
  if (!row || !person?.emailVerified) return;
  const { sent, delivered, read, failed } = countsOf(row.progress);
  const { organizationId, language, email: address } = person;
  const data = { campaign: name, sent: sent + delivered + read, failed };
  await queueMail(ctx, { kind: 'campaign-finished', organizationId, language, address, data });
}
