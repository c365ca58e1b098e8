import type { z } from '@hono/zod-openapi';
import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { readSendingRules, type SendingRules } from '#src/windows/read-sending-rules.ts';
import type { SendingWindow } from '#src/windows/sending-window.ts';
import type { Campaign } from './campaign.ts';
import { WHATSAPP_ONLY } from './draft-email-campaign.ts';
import { EMAIL_ONLY } from './email-schemas.ts';
import { departsFromTemplate, fillFromTemplate } from './fill-from-template.ts';
import { startCampaignJob } from './jobs.ts';
import { lockCampaign } from './lock-campaign.ts';
import { publishProgress } from './publish-moves.ts';
import { readContent } from './read-content.ts';
import { readDelay } from './read-delay.ts';
import { readStartWindow } from './read-start-window.ts';
import { readTimes } from './read-times.ts';
import { refuseFields } from './refuse-fields.ts';
import { replanCampaign } from './replan-campaign.ts';
import { requireRevisable } from './require-revisable.ts';
import { reviseEmail } from './revise-email.ts';
import type { CampaignChanges } from './revision-schemas.ts';
import { saidOfRevision } from './said-of-revision.ts';

type Changes = Omit<z.output<typeof CampaignChanges>, 'templateId'>;
type Row = Partial<typeof campaigns.$inferInsert>;

/**
 * Changes what is given of a campaign that waits: new content is planned over the frozen recipients and what it costs is held
 * instead. All of it or, with a 400, 402 or 409, nothing. Whichever of this and the start comes first, the other finds it done.
 */
export const reviseCampaign = (
  ctx: OrgContext,
  campaignId: string,
  given: z.output<typeof CampaignChanges>,
): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    refuseForeign(campaign, given);
    const { input: changes, template } = await fillFromTemplate(ctx, campaign.channel, given);
    const revise = contentReviser(campaign, changes);
    requireRevisable(campaign, revise ? 'content' : 'settings');
    const rules = await readSendingRules(ctx, campaign.userId);
    const row = {
      ...(changes.name !== undefined && { name: changes.name }),
      ...reviseDelay(rules, changes),
      ...reviseTimes(ctx, await readStartWindow(ctx, campaign), campaign, changes),
      ...(await revise?.(ctx, campaign, changes)),
      ...((template || departsFromTemplate(changes)) && {
        templateId: template?.id ?? null,
        templateVersion: template?.version ?? null,
      }),
    };
    if (Object.keys(given).length === 0) return;
    await ctx.db
      .update(campaigns)
      .set({ ...row, updatedAt: ctx.clock.now() })
      .where(eq(campaigns.id, campaignId));
    await recordActivity(ctx, {
      verb: 'campaigns.revise',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { changed: Object.keys(given) },
      changes: await saidOfRevision(ctx, campaign, row),
    });
    await publishProgress(ctx, [campaignId]);
    if (row.nextRunAt && row.nextRunAt <= ctx.clock.now()) await ctx.jobs.send(startCampaignJob, { campaignId });
  });

type Reviser = (ctx: OrgContext, campaign: Campaign, changes: Changes) => Promise<Row>;

/** Throws a 400 for fields of the other channel. */
function refuseForeign({ channel }: Campaign, changes: Changes): void {
  const email = channel === 'email';
  refuseFields(changes, email ? WHATSAPP_ONLY : EMAIL_ONLY, email ? 'whatsapp' : 'email');
}

/** Null: what the campaign says stays. */
function contentReviser({ channel }: Campaign, changes: Changes): Reviser | null {
  const email = channel === 'email';
  const content: readonly string[] = email ? EMAIL_ONLY : ['text', 'variants', 'mediaIds'];
  if (!Object.entries(changes).some(([key, value]) => content.includes(key) && value !== undefined)) return null;
  return email ? reviseEmail : reviseContent;
}

async function reviseContent(ctx: OrgContext, campaign: Campaign, changes: Changes): Promise<Row> {
  const { mediaIds = campaign.mediaIds } = changes;
  const content = await readContent(ctx, { ...wordsAfter(campaign, changes), mediaIds });
  await replanCampaign(ctx, campaign, content);
  return { text: content.text, variants: content.variants, mediaIds: content.media.map(({ id }) => id) };
}

/** A new text takes the place of variants, and the other way round. */
function wordsAfter(
  { text, variants }: Campaign,
  changes: Changes,
): { text: string | null; variants: string[] | null } {
  const given = changes.variants?.map((variant) => variant.text) ?? null;
  if (changes.text === undefined) return given ? { text: null, variants: given } : { text, variants };
  return { text: changes.text, variants: given };
}

function reviseDelay(rules: SendingRules, { delay }: Changes): Row {
  if (delay === undefined) return {};
  const given = delay && readDelay(rules, delay);
  return { delayMinSeconds: given?.minSeconds ?? null, delayMaxSeconds: given?.maxSeconds ?? null };
}

/** A paused campaign keeps its new start for when it is resumed. */
function reviseTimes(ctx: OrgContext, window: SendingWindow, campaign: Campaign, changes: Changes): Row {
  if (changes.startAt === undefined && changes.validUntil === undefined) return {};
  const { startAt, startsAt, validUntil } = readTimes(ctx, window, {
    startAt: changes.startAt === undefined ? (campaign.nextRunAt ?? campaign.startAt).toISOString() : changes.startAt,
    validUntil: changes.validUntil === undefined ? campaign.validUntilAt?.toISOString() : changes.validUntil,
  });
  const times: Row = { validUntilAt: validUntil };
  if (changes.startAt === undefined) return times;
  return { ...times, startAt, ...(campaign.status === 'pending' && { nextRunAt: startsAt, statusReason: null }) };
}
