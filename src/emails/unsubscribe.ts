import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { withdrawEmail } from '#src/customers/withdraw-email.ts';
import type { Unsubscriber } from './find-unsubscriber.ts';

/** How he came to it, kept as evidence. */
export type Visit = { method: string; address: string | null; userAgent: string | null };

const LONGEST_AGENT = 300;

/**
 * Ends marketing mail to whom a link stands for, for good: his consent withdrawn, his address suppressed by its hash. Nobody is written
 * to after it, in no campaign. Safe to repeat, and whatever of campaign, customer and organization is gone by now.
 */
export async function unsubscribe(ctx: AppContext, who: Unsubscriber, visit: Visit): Promise<void> {
  if (who.sender === null) return;
  const { organizationId, recipientId, emailHash, recipient } = who;
  await inTransaction(ctx, async (ctx) => {
    const at = ctx.clock.now();
    await withdrawEmail(ctx, {
      organizationId,
      customerId: recipient?.customerId ?? null,
      email: recipient?.address ?? (await findAddress(ctx, who)),
      emailHash,
      reason: 'unsubscribe',
      evidence: evidenceOf(who, visit),
      ip: visit.address,
      at,
    });
    const now = sql`${at.toISOString()}::timestamptz`;
    await ctx.db.execute(sql`
      update campaign_recipients set unsubscribed_at = ${now}, updated_at = ${now}
      where id = ${recipientId} and organization_id = ${organizationId} and unsubscribed_at is null`);
  });
}

export const evidenceOf = ({ recipientId, recipient }: Unsubscriber, { method, userAgent }: Visit) => ({
  by: 'link',
  method,
  recipientId,
  campaignId: recipient?.campaignId ?? null,
  userAgent: userAgent?.slice(0, LONGEST_AGENT) ?? null,
});

/** The campaign is gone: whoever has the address still has his consent withdrawn. */
async function findAddress(ctx: AppContext, { organizationId, emailHash }: Unsubscriber): Promise<string | null> {
  const [row] = await ctx.db.execute<{ email: string }>(sql`
    select email from customers
    where organization_id = ${organizationId} and deleted_at is null and email is not null
      and address_hash(organization_id, email) = ${emailHash} limit 1`);
  return row?.email ?? null;
}
