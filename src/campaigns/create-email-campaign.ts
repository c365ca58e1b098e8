import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { campaignProgress, campaigns } from '#src/db/schema/campaigns.ts';
import { saveContent } from '#src/emails/save-content.ts';
import { snapshotAddressees } from '#src/emails/snapshot-addressees.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { noteTrail } from '#src/platform/trail.ts';
import { requireFeature } from '#src/settings/require-feature.ts';
import type { CampaignInput } from './draft-campaign.ts';
import { draftEmailCampaign, type EmailDraft } from './draft-email-campaign.ts';
import { startCampaignJob } from './jobs.ts';
import { publishProgress } from './publish-moves.ts';
import { frozenColumns } from './recipient-columns.ts';
import { saveSubjectTest } from './save-subject-test.ts';

/**
 * Saves the campaign, its content and its frozen recipients, each with the consent that allows it, or nothing at all: 409 when nobody
 * is left to write to. It costs no credits.
 * @returns the campaign's id.
 */
export async function createEmailCampaign(ctx: OrgContext, input: CampaignInput): Promise<string> {
  await requireFeature(ctx, 'emailCampaigns');
  const draft = await draftEmailCampaign(ctx, input);
  return inTransaction(ctx, async (ctx) => {
    const campaignId = await saveCampaign(ctx, draft);
    const columns = frozenColumns(campaignId);
    const { recipientCount, excluded } = await snapshotAddressees(ctx, campaignId, {
      audience: input.audience,
      columns,
    });
    if (recipientCount === 0) throw new Problem('no-recipients', { members: { excluded } });
    await ctx.db.update(campaigns).set({ excluded }).where(eq(campaigns.id, campaignId));
    await recordActivity(ctx, {
      verb: 'campaigns.create',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { name: input.name, channel: 'email', recipientCount, startAt: draft.startAt.toISOString() },
    });
    await publishProgress(ctx, [campaignId]);
    if (draft.startsAt <= ctx.clock.now()) await ctx.jobs.send(startCampaignJob, { campaignId });
    return campaignId;
  });
}

async function saveCampaign(ctx: OrgContext, draft: EmailDraft): Promise<string> {
  const { input, template, identity, content, startAt, startsAt, validUntil } = draft;
  const { organizationId, userId } = ctx;
  const now = ctx.clock.now();
  const id = newId();
  noteTrail({ campaignId: id });
  await ctx.db.insert(campaigns).values({
    id,
    organizationId,
    userId,
    requestId: ctx.requestId,
    channel: 'email',
    name: input.name,
    plan: [],
    messagesPerRecipient: 1,
    audience: input.audience,
    identityId: identity.id,
    emailContentId: await saveContent(ctx, content),
    templateId: template?.id ?? null,
    templateVersion: template?.version ?? null,
    trackOpens: input.trackOpens ?? false,
    trackClicks: input.trackClicks ?? false,
    startAt,
    nextRunAt: startsAt,
    validUntilAt: validUntil,
    createdAt: now,
    updatedAt: now,
  });
  await ctx.db.insert(campaignProgress).values({ campaignId: id, organizationId });
  if (input.subjectTest) await saveSubjectTest(ctx, id, input.subjectTest);
  return id;
}
