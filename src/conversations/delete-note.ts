import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { conversationNotes } from '#src/db/schema/conversations.ts';
import { requireOwnNote } from './require-own-note.ts';

/** Only who wrote it may. */
export const deleteNote = (ctx: OrgContext, conversationId: string, noteId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    await requireOwnNote(ctx, conversationId, noteId);
    await ctx.db.delete(conversationNotes).where(eq(conversationNotes.id, noteId));
    await recordActivity(ctx, {
      verb: 'conversations.delete-note',
      subjectType: 'conversation',
      subjectId: conversationId,
      details: { noteId },
    });
  });
