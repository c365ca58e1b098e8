import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { emailContents, sendingIdentities, subjectTests } from '#src/db/schema/emails.ts';
import { createSkeleton } from './create-skeleton.ts';
import type { Mailing } from './mailing.ts';
import { maySend } from './may-send.ts';
import { providerWarmUpOf } from './provider-warm-up.ts';
import { warmUpOf } from './warm-up.ts';

/**
 * Reads a campaign as it is to be mailed; what is made of its content is taken from `known` while content and identity are the same.
 * Null: its identity may not send (any more).
 */
export async function readMailing(ctx: AppContext, campaignId: string, known?: Mailing): Promise<Mailing | null> {
  const [row] = await ctx.db
    .select({
      campaign: campaigns,
      content: emailContents,
      identity: sendingIdentities,
      window: organizations.emailWindow,
      mailTracking: organizations.mailTracking,
      test: { sharePercent: subjectTests.sharePercent, winner: subjectTests.winner },
    })
    .from(campaigns)
    .innerJoin(emailContents, eq(emailContents.id, campaigns.emailContentId))
    .innerJoin(sendingIdentities, eq(sendingIdentities.id, campaigns.identityId))
    .leftJoin(subjectTests, eq(subjectTests.campaignId, campaigns.id))
    .innerJoin(organizations, eq(organizations.id, campaigns.organizationId))
    .where(eq(campaigns.id, campaignId));
  if (!row) throw new Error(`email campaign ${campaignId} has no content or no identity`);
  const { content, identity, window, test } = row;
  const campaign = row.mailTracking ? row.campaign : { ...row.campaign, trackOpens: false, trackClicks: false };
  const carrier = ctx.carriers.of(identity);
  if (!maySend(identity, carrier)) return null;
  const warmUps = { warmUp: warmUpOf(identity), providerWarmUp: providerWarmUpOf(identity) };
  const version = `${content.id} ${identity.id} ${identity.updatedAt.getTime()} ${row.mailTracking}`;
  const { organizationId, userId, requestId } = campaign;
  const trail = { organizationId, userId, requestId: requestId ?? undefined };
  if (known?.version === version) return { ...known, carrier, window, test, trail, ...warmUps };
  const { compose } = createSkeleton(ctx, { campaign, content, identity, carrier });
  return { campaignId, version, carrier, window, test, trail, ...warmUps, compose };
}
