import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { conversationNotes } from '#src/db/schema/conversations.ts';
import { requireOwnNote } from './require-own-note.ts';

/** Only who wrote it may. */
export const editNote = (ctx: OrgContext, conversationId: string, noteId: string, body: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    await requireOwnNote(ctx, conversationId, noteId);
    await ctx.db
      .update(conversationNotes)
      .set({ body, updatedAt: ctx.clock.now() })
      .where(eq(conversationNotes.id, noteId));
    await recordActivity(ctx, {
      verb: 'conversations.edit-note',
      subjectType: 'conversation',
      subjectId: conversationId,
      details: { noteId },
    });
  });
