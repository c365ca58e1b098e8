import { and, eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { members } from '#src/db/schema/accounts.ts';
import { conversations } from '#src/db/schema/conversations.ts';
import { invalid } from '#src/platform/problem.ts';
import type { ConversationStatus } from './conversation.ts';
import { publishConversation } from './publish-conversation.ts';
import { requireConversation } from './queries.ts';

export type ConversationChange = { status?: ConversationStatus | undefined; assigneeId?: string | null | undefined };

/** Closes or opens a conversation again, gives it to a colleague (null: to nobody). What stays as it was is no activity. */
export const changeConversation = (ctx: OrgContext, id: string, change: ConversationChange): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const before = await requireConversation(ctx, id, true);
    if (change.assigneeId) await requireMember(ctx, change.assigneeId);
    const { status = before.status, assigneeId = before.assigneeId } = change;
    if (status === before.status && assigneeId === before.assigneeId) return;
    const [row] = await ctx.db
      .update(conversations)
      .set({ status, assigneeId, updatedAt: ctx.clock.now() })
      .where(eq(conversations.id, id))
      .returning();
    await recordActivity(ctx, {
      verb: 'conversations.change',
      subjectType: 'conversation',
      subjectId: id,
      details: { status, assigneeId },
      changes: changesOf(before, row!, ['status', 'assigneeId']),
    });
    await publishConversation(ctx, row!);
  });

async function requireMember(ctx: OrgContext, userId: string): Promise<void> {
  const [member] = await ctx.db
    .select({ id: members.id })
    .from(members)
    .where(and(eq(members.organizationId, ctx.organizationId), eq(members.userId, userId)));
  if (!member)
    throw invalid('assigneeId', { en: 'Not a user of this organization', tr: 'Bu firmanın kullanıcısı değil' });
}
