import { and, eq, inArray, ne } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';
import { messages } from '#src/db/schema/messages.ts';
import type { Recipient } from './choose-recipients.ts';
import { followRecipients } from './follow-recipients.ts';

/** Of a recipient whose next part was begun before: one that is out already is done (its neighbour was sent again alone); anything else is set aside. */
export async function passOver(ctx: AppContext, recipient: Recipient): Promise<void> {
  const [out] = await ctx.db
    .select({ id: messages.id })
    .from(messages)
    .where(
      and(
        eq(messages.recipientId, recipient.id),
        eq(messages.part, recipient.nextPart),
        inArray(messages.status, ['sent', 'delivered', 'read', 'played']),
      ),
    );
  if (!out) return setAside(ctx, recipient);
  await setRecipient(ctx, recipient, { nextPart: recipient.nextPart + 1 });
  await followRecipients(ctx, [recipient.id]);
}

/** Its message was begun and is neither free nor counted: nobody may send it again before it is known what became of it. */
async function setAside(ctx: AppContext, recipient: Recipient): Promise<void> {
  ctx.log.error({ recipientId: recipient.id, part: recipient.nextPart }, 'a part that was begun before came up again');
  await setRecipient(ctx, recipient, { status: 'unknown', statusReason: 'begun-before' });
}

type Row = Partial<typeof campaignRecipients.$inferInsert>;

async function setRecipient(ctx: AppContext, recipient: Recipient, set: Row): Promise<void> {
  await ctx.db
    .update(campaignRecipients)
    .set({ ...set, updatedAt: ctx.clock.now() })
    .where(and(eq(campaignRecipients.id, recipient.id), ne(campaignRecipients.status, 'skipped')));
}
