import type { conversationNotes, conversationStatuses, conversations } from '#src/db/schema/conversations.ts';

export type Conversation = typeof conversations.$inferSelect;
export type ConversationStatus = (typeof conversationStatuses)[number];
export type Note = typeof conversationNotes.$inferSelect;

/** Where the person is written to: E.164, or his LID where WhatsApp hides the phone. */
export const addressOf = ({ phone, lid }: Pick<Conversation, 'phone' | 'lid'>): string => phone ?? `${lid}@lid`;
