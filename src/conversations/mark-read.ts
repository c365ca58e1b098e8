import { eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { conversations } from '#src/db/schema/conversations.ts';
import { sendReadReceiptsJob } from './jobs.ts';
import { publishConversation } from './publish-conversation.ts';
import { requireConversation } from './queries.ts';

/** As many messages get their blue ticks at once. */
const MOST_RECEIPTS = 100;

/** Nothing of a conversation is unread any more; a job tells WhatsApp, whose failure is nobody's here. */
export const markRead = (ctx: OrgContext, id: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const { unreadCount } = await requireConversation(ctx, id, true);
    if (unreadCount === 0) return;
    const at = ctx.clock.now();
    const read = await ctx.db.execute(sql`
      update messages set read_at = ${at.toISOString()}::timestamptz where id in (
        select m.id from messages m where m.conversation_id = ${id} and m.direction = 'in' and m.read_at is null
        order by m.said_at desc, m.id desc limit ${Math.min(unreadCount, MOST_RECEIPTS)})
      returning id`);
    const [row] = await ctx.db
      .update(conversations)
      .set({ unreadCount: 0, updatedAt: at })
      .where(eq(conversations.id, id))
      .returning();
    if (read.length > 0)
      await ctx.jobs.send(sendReadReceiptsJob, { conversationId: id, readAt: at.toISOString(), tries: 1 });
    await recordActivity(ctx, { verb: 'conversations.read', subjectType: 'conversation', subjectId: id });
    await publishConversation(ctx, row!);
  });
