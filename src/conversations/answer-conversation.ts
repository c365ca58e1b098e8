import { and, eq, or, sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { messages } from '#src/db/schema/messages.ts';
import type { Message } from '#src/messages/message.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { requireFeature } from '#src/settings/require-feature.ts';
import { requireOpenNumber } from './choose-number.ts';
import type { Conversation } from './conversation.ts';
import { requireConversation } from './queries.ts';
import { type Outgoing, queueMessages } from './queue-messages.ts';
import { type Draft, readDraft, type Written } from './read-draft.ts';
import type { Said } from './write-message.ts';

export type Answer = Written & {
  quotedMessageId?: string | undefined;
  /** Alone; an empty emoji takes the reaction back. */
  reaction?: { messageId: string; emoji: string } | undefined;
};

/** A quoting medium goes to Evolution in one piece, as text. */
const LARGEST_QUOTING_BYTES = 16 * 1024 * 1024;
const ONE_EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

/** Says something in a conversation, or reacts to a message of it; costs, checks and order as with `writeMessage`. */
export async function answerConversation(ctx: OrgContext, conversationId: string, answer: Answer): Promise<Said> {
  const found = await requireConversation(ctx, conversationId);
  await requireFeature(ctx, 'whatsapp');
  if (answer.reaction) requireReaction(answer);
  const draft = answer.reaction ? null : await readDraft(ctx, answer, found.customerId);
  await requireOpenNumber(ctx, found.instanceId);
  return inTransaction(ctx, async (ctx) => {
    const conversation = await requireConversation(ctx, conversationId, true);
    const outgoing = draft
      ? await quoting(ctx, conversation, draft, answer.quotedMessageId)
      : [await reacting(ctx, conversation, answer.reaction!)];
    return { conversationId, messageIds: await queueMessages(ctx, conversation, outgoing) };
  });
}

function requireReaction({ text, mediaIds, templateId, quotedMessageId, reaction }: Answer): void {
  if (text != null || mediaIds !== undefined || templateId !== undefined || quotedMessageId !== undefined)
    throw invalid('reaction', { en: 'A reaction stands alone', tr: 'Tepki tek başına gönderilir' });
  const { emoji } = reaction!;
  const graphemes = [...new Intl.Segmenter().segment(emoji)].length;
  if (emoji !== '' && (graphemes !== 1 || !ONE_EMOJI.test(emoji)))
    throw invalid('reaction.emoji', { en: 'One emoji, or none', tr: 'Tek bir emoji ya da boş' });
}

async function quoting(
  ctx: OrgContext,
  conversation: Conversation,
  { planned, media }: Draft,
  quotedMessageId: string | undefined,
): Promise<Outgoing[]> {
  const outgoing: Outgoing[] = planned.map(({ kind, body, mediaId }) => ({ kind, body, mediaId }));
  if (quotedMessageId === undefined) return outgoing;
  const [first, ...others] = outgoing as [Outgoing, ...Outgoing[]];
  const file = media.find(({ id }) => id === first.mediaId);
  if (first.kind === 'voice' || (file && file.sizeBytes > LARGEST_QUOTING_BYTES))
    throw invalid('quotedMessageId', {
      en: 'A voice note, or a file of more than 16 MB, cannot quote',
      tr: 'Sesli mesaj ya da 16 MB’tan büyük dosya alıntı yapamaz',
    });
  const quoted = await findOnPhone(ctx, conversation, quotedMessageId, 'quotedMessageId');
  return [{ ...first, ...referringTo(quoted) }, ...others];
}

async function reacting(
  ctx: OrgContext,
  conversation: Conversation,
  { messageId, emoji }: { messageId: string; emoji: string },
): Promise<Outgoing> {
  const target = await findOnPhone(ctx, conversation, messageId, 'reaction.messageId');
  const { inReplyTo, content } = referringTo(target);
  return { kind: 'reaction', body: null, mediaId: null, inReplyTo, content: { ...content, emoji } };
}

const referringTo = ({ providerMessageId, direction }: Message) => ({
  inReplyTo: providerMessageId,
  content: { toOurs: direction === 'out' },
});

/** A message of the conversation, or of a campaign to the same customer, that the phone has. */
async function findOnPhone(
  ctx: OrgContext,
  { id: conversationId, customerId, instanceId }: Conversation,
  messageId: string,
  path: string,
): Promise<Message> {
  const ofCampaign = and(
    eq(messages.instanceId, instanceId),
    sql`${messages.campaignId} is not null`,
    sql`${messages.customerId} = ${customerId}`,
  );
  const [message] = await ctx.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.id, messageId),
        eq(messages.organizationId, ctx.organizationId),
        or(eq(messages.conversationId, conversationId), ofCampaign),
        sql`${messages.kind} <> 'reaction'`,
      ),
    );
  if (!message) throw invalid(path, { en: 'No message of this conversation', tr: 'Bu konuşmada böyle bir mesaj yok' });
  if (message.providerMessageId && !message.recalledAt) return message;
  throw new Problem('conflict', {
    detail: { en: 'That message is not on the phone', tr: 'O mesaj telefonda yok' },
  });
}
