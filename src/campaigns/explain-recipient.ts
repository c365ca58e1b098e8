import { and, eq, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { suppressionOf } from '#src/customers/is-suppressed.ts';
import { readEmailBar } from '#src/customers/read-email-bar.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';
import { notFound } from '#src/platform/problem.ts';
import { decideRecipient, type RecipientSituation, type Verdict } from './decision.ts';
import { estimateQueue } from './estimate-queue.ts';
import { type Explanation, explainCampaign } from './explain-campaign.ts';

type Row = typeof campaignRecipients.$inferSelect;
export type RecipientExplanation = Explanation & { recipient: Row & RecipientSituation; own: Verdict };

/** Why one recipient is written to now or is not, and when about he will be. */
export async function explainRecipient(
  ctx: OrgContext,
  campaignId: string,
  recipientId: string,
): Promise<RecipientExplanation> {
  const explanation = await explainCampaign(ctx, campaignId);
  const [row] = await ctx.db
    .select()
    .from(campaignRecipients)
    .where(and(eq(campaignRecipients.id, recipientId), eq(campaignRecipients.campaignId, campaignId)));
  if (!row) throw notFound();
  const { situation } = explanation;
  const ahead = await countAhead(ctx, row, situation.way.coldObstacle !== null && !isCold(row));
  const recipient = {
    ...row,
    cold: isCold(row),
    suppression: await suppressionNow(ctx, row, situation.campaign.audience.includeGraylisted ?? false),
    ahead,
    expectedAt: await expect(ctx, explanation, row, ahead),
  };
  return { ...explanation, recipient, own: decideRecipient(recipient, explanation.verdict, situation) };
}

const isMail = ({ batch }: Row): boolean => batch !== null;
/** By email nobody is a stranger: he has agreed. */
const isCold = (row: Row): boolean => !isMail(row) && row.cold && row.nextPart === 1;
const isWaiting = ({ status }: Row): boolean => status === 'queued' || status === 'sending';

function suppressionNow(ctx: OrgContext, row: Row, includeGraylisted: boolean) {
  const { organizationId, customerId, address } = row;
  if (isMail(row)) return readEmailBar(ctx, { organizationId, customerId, address, includeGraylisted });
  const email = row.variables['email'] ?? null;
  return suppressionOf(ctx, { organizationId, customerId, phone: address, email, includeGraylisted });
}

/** Those before him in the queue; while strangers wait, only of those who do not. */
async function countAhead(ctx: OrgContext, row: Row, warmOnly: boolean): Promise<number> {
  if (!isWaiting(row)) return 0;
  const [found] = await ctx.db.execute<{ count: number }>(sql`
    select count(*)::int as count from campaign_recipients r
    where r.campaign_id = ${row.campaignId} and r.status in ('queued', 'sending') and r.position < ${row.position}
      and ${warmOnly ? sql`(not r.cold or r.next_part > 1)` : sql`true`}`);
  return found!.count;
}

async function expect(
  ctx: OrgContext,
  { view, situation }: Explanation,
  row: Row,
  ahead: number,
): Promise<Date | null> {
  const { campaign } = view;
  if (!isWaiting(row) || !situation.lane || !['pending', 'running'].includes(campaign.status)) return null;
  const messages = ahead * campaign.messagesPerRecipient + 1;
  return (
    (await estimateQueue(ctx, situation.lane.instanceId, [], { id: campaign.id, messages })).get(campaign.id) ?? null
  );
}
