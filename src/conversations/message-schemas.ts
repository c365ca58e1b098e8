import { z } from '@hono/zod-openapi';
import { attachmentStatuses, messageKinds, messageStatuses } from '#src/db/schema/messages.ts';
import { Id, InstantOut, toInstant } from '#src/platform/schemas.ts';
import type { MessageView } from './message-queries.ts';

const MOST_MEDIA = 10;
/** WhatsApp's own limit is checked with a text that says so. */
const LONGEST_BODY = 65_536;

const written = {
  text: z.string().max(LONGEST_BODY).nullish().openapi({ description: 'As it is: braces are not filled in.' }),
  mediaIds: z.array(Id).max(MOST_MEDIA).optional(),
  templateId: Id.optional().openapi({ description: 'Instead of both: filled in for the customer.' }),
};

export const MessageIn = z
  .strictObject({
    customerId: Id.optional(),
    phone: z.string().max(200).optional().openapi({ example: '0532 123 45 67' }),
    instanceId: Id.optional().openapi({ description: 'Left out: your own number.' }),
    ...written,
  })
  .openapi('MessageIn', { description: 'To a customer or to a phone.' });

export const AnswerIn = z
  .strictObject({
    ...written,
    quotedMessageId: Id.optional(),
    reaction: z
      .strictObject({ messageId: Id, emoji: z.string().max(32) })
      .optional()
      .openapi({ description: 'Alone. An empty emoji takes the reaction back.' }),
  })
  .openapi('AnswerIn');

export const MessageDecisionIn = z
  .strictObject({ decision: z.enum(['retry', 'give-up', 'sent']) })
  .openapi('MessageDecisionIn');

export const MessageOut = z
  .object({
    id: Id,
    conversationId: Id.nullable(),
    campaignId: Id.nullable(),
    customerId: Id.nullable(),
    instanceId: Id.nullable(),
    direction: z.enum(['out', 'in']),
    kind: z.enum(messageKinds),
    text: z.string().nullable(),
    content: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: 'Of a location, a contact, a button, a reaction: what has no field of its own' }),
    media: z
      .object({
        id: Id,
        kind: z.string(),
        mimeType: z.string(),
        sizeBytes: z.int(),
        fileName: z.string(),
        url: z.string().openapi({ example: '/v1/media/0190…/content' }),
      })
      .nullable(),
    attachmentStatus: z
      .enum(attachmentStatuses)
      .nullable()
      .openapi({ description: 'Of a file that came in: until it is `stored` there is no `media`' }),
    status: z.enum(messageStatuses),
    statusReason: z.string().nullable(),
    sentBy: z.object({ id: Id, name: z.string().nullable() }).nullable(),
    typedOnPhone: z.boolean().openapi({ description: 'By the owner of the number, on his phone' }),
    quoted: z
      .object({
        id: Id,
        kind: z.enum(messageKinds),
        text: z.string().nullable(),
        direction: z.enum(['out', 'in']),
        recalledAt: InstantOut.nullable(),
      })
      .nullable(),
    reactions: z
      .array(z.object({ emoji: z.string(), direction: z.enum(['out', 'in']), at: InstantOut }))
      .openapi({ description: 'The newest of each side' }),
    at: InstantOut.openapi({ description: 'When it was said: its place in the conversation' }),
    sentAt: InstantOut.nullable(),
    deliveredAt: InstantOut.nullable(),
    readAt: InstantOut.nullable(),
    failedAt: InstantOut.nullable(),
    editedAt: InstantOut.nullable(),
    recalledAt: InstantOut.nullable().openapi({ description: 'Deleted for everyone' }),
  })
  .openapi('Message');

export const SaidOut = z
  .object({ conversationId: Id, messages: z.array(MessageOut) })
  .openapi('MessagesQueued', { description: 'In the order in which they go out.' });

export function presentMessage(view: MessageView): z.input<typeof MessageOut> {
  const { message, media, senderName, quoted, reactions } = view;
  const { body, saidAt, sentAt, createdAt, userId, content } = message;
  const isOurs = message.direction === 'out' && !message.typedOnPhone;
  return {
    ...message,
    text: body,
    content: presentContent(content),
    media: media && presentMedia(media),
    sentBy: isOurs ? { id: userId, name: senderName } : null,
    quoted: quoted && { ...quoted, text: quoted.body, recalledAt: toInstant(quoted.recalledAt) },
    reactions: reactions.map((reaction) => ({ ...reaction, at: toInstant(reaction.at) })),
    at: toInstant(saidAt ?? sentAt ?? createdAt),
    sentAt: toInstant(sentAt),
    deliveredAt: toInstant(message.deliveredAt),
    readAt: toInstant(message.readAt),
    failedAt: toInstant(message.failedAt),
    editedAt: toInstant(message.editedAt),
    recalledAt: toInstant(message.recalledAt),
  };
}

const presentMedia = ({ id, kind, mimeType, sizeBytes, fileName }: NonNullable<MessageView['media']>) => ({
  id,
  kind,
  mimeType,
  sizeBytes,
  fileName,
  url: `/v1/media/${id}/content`,
});

/** Without what only the sending needs. */
function presentContent(content: Record<string, unknown> | null): Record<string, unknown> | null {
  if (!content) return null;
  const { toOurs: _, ...shown } = content;
  return Object.keys(shown).length === 0 ? null : shown;
}
