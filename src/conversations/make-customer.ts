import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { type CustomerDetails, createCustomer } from '#src/customers/create-customer.ts';
import { conversations } from '#src/db/schema/conversations.ts';
import { Problem } from '#src/platform/problem.ts';
import { publishConversation } from './publish-conversation.ts';
import { requireConversation } from './queries.ts';

export type NewCustomer = Omit<CustomerDetails, 'phone'> & { firstName: string };

/**
 * Makes a customer of whoever the conversation is with: what was said with that phone, on whichever number, is the customer's. Throws
 * `conflict` when it has one already or WhatsApp hides the phone.
 */
export const makeCustomer = (ctx: OrgContext, conversationId: string, input: NewCustomer): Promise<string> =>
  inTransaction(ctx, async (ctx) => {
    const { phone, customerId } = await requireConversation(ctx, conversationId, true);
    if (customerId !== null) throw taken(customerId);
    if (phone === null) throw hidden;
    const { id } = await createCustomer(ctx, { ...input, phone });
    const [row] = await ctx.db
      .update(conversations)
      .set({ customerId: id, updatedAt: ctx.clock.now() })
      .where(eq(conversations.id, conversationId))
      .returning();
    await recordActivity(ctx, {
      verb: 'conversations.make-customer',
      subjectType: 'conversation',
      subjectId: conversationId,
      details: { customerId: id },
    });
    await publishConversation(ctx, row!);
    return id;
  });

const taken = (customerId: string): Problem =>
  new Problem('conflict', {
    detail: { en: 'The conversation is with a customer already', tr: 'Konuşma zaten bir müşteriyle' },
    members: { customerId },
  });

const hidden = new Problem('conflict', {
  detail: {
    en: 'WhatsApp hides this person’s phone number; it becomes known when the person answers from it',
    tr: 'WhatsApp bu kişinin telefon numarasını gizliyor; kişi o numaradan yanıt verince öğrenilir',
  },
});
