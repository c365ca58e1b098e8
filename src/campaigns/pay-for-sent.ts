import { sql } from 'drizzle-orm';
import { type AppContext, actFor, type OrgContext } from '#src/context.ts';
import { captureCredit } from '#src/credits/capture-credit.ts';
import { chargeLateMessage } from '#src/credits/charge-late-message.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import type { Acceptance } from './record-acceptances.ts';

type PaidPart = Pick<Acceptance, 'messageId' | 'organizationId' | 'userId' | 'campaignId'>;

/** What the statement says, after the campaign's name. */
const late = {
  en: 'a message that turned out to be sent after its hold was released',
  tr: 'rezervi bırakıldıktan sonra gönderildiği anlaşılan mesaj',
};

/**
 * Pays for a campaign's message that was just written down as sent and captured: from the hold, or where that was given back
 * meanwhile (nobody knew for 72 hours), from what is available. With nothing available it was free of charge, and says so.
 */
export async function payForSent(ctx: AppContext, { messageId, ...owner }: PaidPart): Promise<void> {
  const campaignId = owner.campaignId!;
  const acting = actFor(ctx, owner);
  if (await captureCredit(acting, { campaignId })) return;
  if (await chargeLateMessage(acting, { campaignId, messageId, ...(await describe(acting, messageId)) })) return;
  ctx.log.warn({ messageId, campaignId }, 'a message was sent free of charge');
  await ctx.db.execute(sql`
    with free as (
      update messages set captured_at = null, status_reason = 'free-of-charge' where id = ${messageId} returning recipient_id
    )
    update campaign_recipients r set spent_credits = r.spent_credits - 1 from free where r.id = free.recipient_id`);
}

async function describe(ctx: OrgContext, messageId: string): Promise<{ round: number; note: string }> {
  const [message] = await ctx.db.execute<{ round: number; name: string }>(sql`
    select m.round, c.name from messages m join campaigns c on c.id = m.campaign_id where m.id = ${messageId}`);
  const { locale } = await readSendingRules(ctx, ctx.userId);
  return { round: message!.round, note: `${message!.name}: ${late[locale]}` };
}
