import { and, asc, desc, eq, getTableColumns, gt, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { campaignProgress, campaignRecipients, campaigns, recipientStatuses } from '#src/db/schema/campaigns.ts';
import { creditHolds } from '#src/db/schema/credits.ts';
import { emailContents, subjectTests } from '#src/db/schema/emails.ts';
import { messages } from '#src/db/schema/messages.ts';
import { estimateMailings } from '#src/emails/estimate-mailings.ts';
import { decodeCursor, decodeIdCursor, isInteger, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import { readEmailWindow } from '#src/windows/read-email-window.ts';
import { ALWAYS_OPEN } from '#src/windows/sending-window.ts';
import type { Campaign, CampaignStatus, Counts, Progress, RecipientStatus } from './campaign.ts';
import { estimateQueue } from './estimate-queue.ts';
import type { EmailView } from './present-email.ts';

export type CampaignView = {
  campaign: Campaign;
  progress: Progress;
  credits: { held: number; spent: number };
  /** When it ended, or will if nothing comes between; null while paused, and when not within a year. */
  endsAt: Date | null;
  /** Of an email campaign. */
  email: EmailView | null;
  /** Recipients who answered. */
  replyCount: number;
  /** By variant, when one campaign is read. */
  variantCounts: Counts[] | null;
};
type PageOf<F> = { limit: number; cursor?: string | undefined } & F;

/** The caller's own campaigns; an owner sees the whole organization's. */
const visible = (ctx: OrgContext): SQL | undefined =>
  and(
    eq(campaigns.organizationId, ctx.organizationId),
    ctx.role === 'owner' ? undefined : eq(campaigns.userId, ctx.userId),
  );

const selectViews = (ctx: OrgContext) =>
  ctx.db
    .select({
      campaign: campaigns,
      content: {
        subject: emailContents.subject,
        otherSubject: emailContents.otherSubject,
        preheader: emailContents.preheader,
        language: emailContents.language,
        sizeBytes: emailContents.sizeBytes,
      },
      test: subjectTests,
      progress: campaignProgress,
      held: sql<string>`coalesce(${creditHolds.heldCredits} - ${creditHolds.capturedCredits} - ${creditHolds.releasedCredits}, 0)`,
      // what is given back after the settlement has lines of its own
      spent: sql<string>`coalesce(${creditHolds.capturedCredits}, 0) - coalesce((
        select sum(t.amount_credits) from credit_transactions t where t.campaign_id = ${campaigns.id} and t.type = 'refund'), 0)`,
      replyCount: sql<number>`(select count(*)::int from campaign_recipients r where r.campaign_id = ${campaigns.id} and r.replied_at is not null)`,
    })
    .from(campaigns)
    .innerJoin(campaignProgress, eq(campaignProgress.campaignId, campaigns.id))
    .leftJoin(creditHolds, eq(creditHolds.campaignId, campaigns.id))
    .leftJoin(emailContents, eq(emailContents.id, campaigns.emailContentId))
    .leftJoin(subjectTests, eq(subjectTests.campaignId, campaigns.id));

export async function getCampaign(ctx: OrgContext, id: string): Promise<CampaignView> {
  const rows = isUuid(id) ? await selectViews(ctx).where(and(visible(ctx), eq(campaigns.id, id))) : [];
  if (rows.length === 0) throw notFound();
  const [view] = await withEnds(ctx, rows);
  const { campaign, email } = view!;
  const source = await readSource(ctx, campaign);
  return { ...view!, email: email && { ...email, source }, variantCounts: await countVariants(ctx, campaign) };
}

async function readSource(ctx: OrgContext, { emailContentId }: Campaign): Promise<EmailView['source']> {
  if (!emailContentId) return null;
  const { source } = emailContents;
  const [content] = await ctx.db.select({ source }).from(emailContents).where(eq(emailContents.id, emailContentId));
  return content!.source;
}

/** Newest first. */
export async function listCampaigns(
  ctx: OrgContext,
  query: PageOf<{ status?: CampaignStatus | undefined; channel?: Campaign['channel'] | undefined }>,
): Promise<Page<CampaignView>> {
  const rows = await selectViews(ctx)
    .where(
      and(
        visible(ctx),
        query.cursor === undefined ? undefined : lt(campaigns.id, decodeIdCursor(query.cursor)),
        query.status && eq(campaigns.status, query.status),
        query.channel && eq(campaigns.channel, query.channel),
      ),
    )
    .orderBy(desc(campaigns.id))
    .limit(query.limit + 1);
  return toPage(await withEnds(ctx, rows), query.limit, ({ campaign }) => [campaign.id]);
}

type Row = { campaign: Campaign; progress: Progress; held: string; spent: string; replyCount: number } & {
  content: EmailView['content'] | null;
  test: EmailView['test'];
};

/** One organization's: they share a window. */
async function estimateEmails(ctx: OrgContext, rows: Row[]): Promise<Map<string, Date | null>> {
  const mailings = rows.filter(({ campaign }) => campaign.channel === 'email');
  if (mailings.length === 0) return new Map();
  const window = (await readEmailWindow(ctx, ctx.organizationId)) ?? ALWAYS_OPEN;
  const now = ctx.clock.now();
  return estimateMailings(
    ctx,
    mailings.map(({ campaign: { id, identityId, nextRunAt }, progress }) => ({
      id,
      identityId: identityId!,
      mails: progress.queuedCount + progress.sendingCount,
      from: nextRunAt && nextRunAt > now ? nextRunAt : now,
      window,
    })),
  );
}

async function withEnds(ctx: OrgContext, rows: Row[]): Promise<CampaignView[]> {
  const going = rows.filter(({ campaign }) => campaign.status === 'pending' || campaign.status === 'running');
  const numbers = [...new Set(going.flatMap(({ campaign }) => campaign.instanceId ?? []))];
  const ends = await estimateEmails(ctx, going);
  for (const number of numbers) for (const [id, end] of await estimateQueue(ctx, number)) ends.set(id, end);
  return rows.map(({ campaign, progress, held, spent, replyCount, content, test }) => ({
    campaign,
    progress,
    replyCount,
    email: content && { content, test, source: null },
    credits: { held: Number(held), spent: Number(spent) },
    endsAt: campaign.endedAt ?? ends.get(campaign.id) ?? null,
    variantCounts: null,
  }));
}

async function countVariants(ctx: OrgContext, { id, variants }: Campaign): Promise<Counts[] | null> {
  if (!variants) return null;
  const rows = await ctx.db.execute<{ variant: number; status: RecipientStatus; count: number }>(sql`
    select bucket % ${variants.length}::int as variant, status, count(*)::int as count
    from campaign_recipients where campaign_id = ${id} group by 1, 2`);
  const none = Object.fromEntries(recipientStatuses.map((status) => [status, 0])) as Counts;
  const counts = variants.map(() => ({ ...none }));
  for (const { variant, status, count } of rows) counts[variant]![status] = count;
  return counts;
}

type RecipientRow = typeof campaignRecipients.$inferSelect & { /** By a word of his own. */ optedOut: boolean };
export type RecipientView = RecipientRow & { messages: (typeof messages.$inferSelect)[] };

const optedOut = sql<boolean>`exists (select from suppressions s where s.organization_id = campaign_recipients.organization_id
  and s.phone = campaign_recipients.address and s.level = 'blacklist' and s.evidence is not null)`;

/** In the order of sending, each with its messages so far. */
export async function listRecipients(
  ctx: OrgContext,
  campaignId: string,
  query: PageOf<{ status?: RecipientStatus | undefined; replied?: 'true' | 'false' | undefined }>,
): Promise<Page<RecipientView>> {
  await getCampaign(ctx, campaignId);
  const after = query.cursor === undefined ? undefined : (decodeCursor(query.cursor, [isInteger])[0] as number);
  const rows = await ctx.db
    .select({ ...getTableColumns(campaignRecipients), optedOut })
    .from(campaignRecipients)
    .where(
      and(
        eq(campaignRecipients.campaignId, campaignId),
        query.replied && (query.replied === 'true' ? isNotNull : isNull)(campaignRecipients.repliedAt),
        after === undefined ? undefined : gt(campaignRecipients.position, after),
        query.status && eq(campaignRecipients.status, query.status),
      ),
    )
    .orderBy(asc(campaignRecipients.position))
    .limit(query.limit + 1);
  const page = toPage(rows, query.limit, (row) => [row.position]);
  return { ...page, data: await withMessages(ctx, page.data) };
}

async function withMessages(ctx: OrgContext, recipients: RecipientRow[]): Promise<RecipientView[]> {
  const ids = recipients.map(({ id }) => id);
  const sent =
    ids.length === 0
      ? []
      : await ctx.db.select().from(messages).where(inArray(messages.recipientId, ids)).orderBy(asc(messages.part));
  const byRecipient = Map.groupBy(sent, (message) => message.recipientId);
  return recipients.map((recipient) => ({ ...recipient, messages: byRecipient.get(recipient.id) ?? [] }));
}
