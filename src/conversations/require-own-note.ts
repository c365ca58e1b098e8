import { and, eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { conversationNotes } from '#src/db/schema/conversations.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import type { Note } from './conversation.ts';
import { requireConversation } from './queries.ts';

/** A note of the caller's own, locked. Throws `not-found`, and `forbidden` for a colleague's. */
export async function requireOwnNote(ctx: OrgContext, conversationId: string, noteId: string): Promise<Note> {
  await requireConversation(ctx, conversationId);
  const [note] = await ctx.db
    .select()
    .from(conversationNotes)
    .where(
      and(
        eq(conversationNotes.id, noteId),
        eq(conversationNotes.conversationId, conversationId),
        eq(conversationNotes.organizationId, ctx.organizationId),
      ),
    )
    .for('update');
  if (!note) throw notFound();
  if (note.userId === ctx.userId) return note;
  throw new Problem('forbidden', {
    detail: { en: 'Somebody else wrote this note', tr: 'Bu notu başkası yazmış' },
  });
}
