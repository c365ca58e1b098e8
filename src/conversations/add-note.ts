import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { conversationNotes } from '#src/db/schema/conversations.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { newId } from '#src/platform/ids.ts';
import { requireConversation } from './queries.ts';

/** Tells colleagues something about a conversation; the other side never sees it. Answers the note's id. */
export const addNote = (ctx: OrgContext, conversationId: string, body: string): Promise<string> =>
  inTransaction(ctx, async (ctx) => {
    await requireConversation(ctx, conversationId, true);
    const { organizationId, userId } = ctx;
    const at = ctx.clock.now();
    const id = newId();
    await ctx.db
      .insert(conversationNotes)
      .values({ id, organizationId, conversationId, userId, body, createdAt: at, updatedAt: at });
    await recordActivity(ctx, {
      verb: 'conversations.add-note',
      subjectType: 'conversation',
      subjectId: conversationId,
      details: { noteId: id },
    });
    await publishLiveEvent(ctx, { type: 'conversation.note-added', data: { conversationId, noteId: id, userId } });
    return id;
  });
