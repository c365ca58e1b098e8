import { eq } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { conversations } from '#src/db/schema/conversations.ts';
import type { Conversation } from './conversation.ts';
import { speakerKey } from './person.ts';
import { placeConversations } from './place-conversations.ts';

export type Correspondent = {
  organizationId: string;
  instanceId: string;
  /** E.164. */
  phone: string;
};

/**
 * The conversation of one number of ours with whoever has this phone, begun now if there is none. Whose customer he is, and which conversation
 * goes with him when his phone has changed, is found out as for those who write to us. The row stays locked for the transaction.
 */
export const openConversation = (ctx: AppContext, who: Correspondent): Promise<Conversation> =>
  inTransaction(ctx, async (ctx) => {
    const speaker = { ...who, lid: null, profileName: null, at: ctx.clock.now() };
    const place = (await placeConversations(ctx, [speaker])).get(speakerKey(speaker))!;
    const [row] = await ctx.db.select().from(conversations).where(eq(conversations.id, place.conversationId));
    return row!;
  });
