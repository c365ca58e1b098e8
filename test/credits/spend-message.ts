import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { captureCredit } from '#src/credits/capture-credit.ts';
import { refundCredit } from '#src/credits/refund-credit.ts';
import { messages } from '#src/db/schema/messages.ts';
import { newId } from '#src/platform/ids.ts';

/** A message of the campaign, not sent yet. */
export async function addMessage(ctx: OrgContext, campaignId: string): Promise<string> {
  const id = newId();
  const { organizationId, userId } = ctx;
  await ctx.db
    .insert(messages)
    .values({ id, organizationId, userId, campaignId, kind: 'text', address: '+905321110001' });
  return id;
}

/** As the campaign room does it: marks the message and captures its credit together, once. */
export const spendMessage = (ctx: OrgContext, campaignId: string, messageId: string): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const marked = await ctx.db
      .update(messages)
      .set({ capturedAt: ctx.clock.now() })
      .where(and(eq(messages.id, messageId), isNull(messages.capturedAt)))
      .returning();
    if (marked.length === 0) return false;
    if (await captureCredit(ctx, { campaignId })) return true;
    await ctx.db.update(messages).set({ capturedAt: null }).where(eq(messages.id, messageId));
    return false;
  });

/** The ERROR ack after acceptance. */
export const refundMessage = (ctx: OrgContext, campaignId: string, messageId: string): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const marked = await ctx.db
      .update(messages)
      .set({ refundedAt: ctx.clock.now() })
      .where(and(eq(messages.id, messageId), isNotNull(messages.capturedAt), isNull(messages.refundedAt)))
      .returning();
    return marked.length === 1 && refundCredit(ctx, { campaignId, messageId });
  });

/** `count` messages, sent. */
export async function spendMessages(ctx: OrgContext, campaignId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const id = await addMessage(ctx, campaignId);
    if (!(await spendMessage(ctx, campaignId, id))) throw new Error(`message ${i + 1} could not be paid`);
    ids.push(id);
  }
  return ids;
}
