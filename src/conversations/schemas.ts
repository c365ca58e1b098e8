import { z } from '@hono/zod-openapi';
import { cleanText } from '#src/customers/customer.ts';
import { conversationStatuses } from '#src/db/schema/conversations.ts';
import { messageKinds, messageStatuses } from '#src/db/schema/messages.ts';
import { Id, IdParams, InstantOut, PageQuery, toInstant } from '#src/platform/schemas.ts';
import type { ConversationView, NoteView } from './queries.ts';

const LONGEST_NOTE = 5000;
const MOST_SECONDS = 25;

export const ConversationQuery = PageQuery.extend({
  status: z.enum(conversationStatuses).optional(),
  assigneeId: z
    .union([z.enum(['me', 'none']), Id])
    .optional()
    .openapi({ description: 'A user of the organization, `me`, or `none`.' }),
  unread: z.enum(['true']).optional().openapi({ description: 'Only those with something unread.' }),
  instanceId: Id.optional(),
  customerId: Id.optional(),
  search: z.string().trim().min(1).max(200).optional().openapi({
    description:
      'Words of the person’s name or profile name, digits of the phone, or words that were said in it; accents and Turkish letters do not matter. Words of fewer than three letters are looked for in names only.',
  }),
});

export const ConversationOut = z
  .object({
    id: Id,
    instanceId: Id,
    customer: z.object({ id: Id, firstName: z.string(), lastName: z.string().nullable() }).nullable(),
    phone: z
      .string()
      .nullable()
      .openapi({ description: 'E.164; null while WhatsApp hides it', example: '+905321234567' }),
    profileName: z.string().nullable().openapi({ description: 'As the person calls himself on WhatsApp' }),
    status: z.enum(conversationStatuses),
    assigneeId: Id.nullable(),
    unreadCount: z.int(),
    lastMessage: z
      .object({
        id: Id,
        kind: z.enum(messageKinds),
        text: z.string().nullable().openapi({ description: 'At most 200 characters of it' }),
        direction: z.enum(['out', 'in']),
        status: z.enum(messageStatuses),
        recalledAt: InstantOut.nullable(),
      })
      .nullable(),
    lastMessageAt: InstantOut,
    lastInboundAt: InstantOut.nullable(),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('Conversation');

export const presentConversation = ({
  conversation,
  customer,
  lastMessage,
}: ConversationView): z.input<typeof ConversationOut> => ({
  ...conversation,
  customer,
  lastMessage: lastMessage && {
    ...lastMessage,
    text: lastMessage.body,
    recalledAt: toInstant(lastMessage.recalledAt),
  },
  lastMessageAt: toInstant(conversation.lastMessageAt),
  lastInboundAt: toInstant(conversation.lastInboundAt),
  createdAt: toInstant(conversation.createdAt),
  updatedAt: toInstant(conversation.updatedAt),
});

export const ConversationChangeIn = z
  .strictObject({ status: z.enum(conversationStatuses).optional(), assigneeId: Id.nullish() })
  .openapi('ConversationChange', { description: 'What is left out stays; `assigneeId` null: nobody’s.' });

export const TypingIn = z.strictObject({ seconds: z.int().min(1).max(MOST_SECONDS).default(5) }).openapi('Typing');

export const NoteIn = z
  .strictObject({ text: z.string().overwrite(cleanText).min(1).max(LONGEST_NOTE) })
  .openapi('ConversationNoteIn');
export const NoteParams = IdParams.extend({ noteId: Id });

export const NoteOut = z
  .object({
    id: Id,
    conversationId: Id,
    user: z.object({ id: Id, name: z.string().nullable() }),
    text: z.string(),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('ConversationNote');

export const presentNote = ({ userId, userName, body, ...note }: NoteView): z.input<typeof NoteOut> => ({
  ...note,
  user: { id: userId, name: userName },
  text: body,
  createdAt: toInstant(note.createdAt),
  updatedAt: toInstant(note.updatedAt),
});
