import type { IntegrationClient } from './integration-client.ts';
import type { Outcome, Rejection } from './outcome.ts';

/** Milliseconds a call may take in all. Evolution itself gives up on WhatsApp after 60 s. */
export type Timeouts = {
  text: number;
  media: number;
  create: number;
  connect: number;
  control: number;
  query: number;
  file: number;
};

export type SentMessage = {
  /** WhatsApp's id, which every later status carries. */
  providerMessageId: string;
  /** The jid that was written to; it may differ from the number. */
  remoteJid: string;
};

type Addressed = {
  /** E.164, with or without the plus. */
  number: string;
  /** The id we would like it to have: 2.4 takes it, 2.3.7 ignores it. */
  messageId: string;
};
/** The message that is answered, reacted to or taken back. */
export type MessageKey = { id: string; remoteJid: string; fromMe: boolean };
export type TextMessage = Addressed & {
  quoted?: MessageKey | undefined;
  text: string;
  /** How long "typing…" is shown first; Evolution answers only afterwards, so three seconds at most. */
  typingMs?: number;
};
export type MediaKind = 'image' | 'video' | 'audio' | 'document';
export type MediaMessage = Addressed & {
  kind: MediaKind;
  fileName: string;
  mimeType: string;
  caption: string | null;
  content: Blob;
  /** Sent in one piece then, as text: what is uploaded as a file cannot quote. */
  quoted?: MessageKey | undefined;
};
export type Reaction = { to: MessageKey; emoji: string };
export type Presence = { number: string; presence: 'composing' | 'recording'; forMs: number };
export type VoiceMessage = Addressed & { fileName: string; mimeType: string; content: Blob };

export type Qr = { code: string; image: string; pairingCode: string | null };
export type ConnectionState = 'open' | 'connecting' | 'close';
export type NewInstance = { name: string; token: string; number: string | null; webhook: Webhook };
export type Webhook = { url: string; events: readonly string[]; headers: Record<string, string> };
/** The row Evolution keeps; `state` is what its database says and may lag. */
export type KnownInstance = {
  name: string;
  state: string;
  ownerJid: string | null;
  profileName: string | null;
  disconnectCode: number | null;
};
/** By id, or everything of ours to a jid between two instants (Evolution ignores one bound alone). */
export type MessageQuery = { id: string } | { remoteJid: string; from: Date; to: Date };
export type FoundMessage = {
  providerMessageId: string;
  remoteJid: string;
  fromMe: boolean;
  /** Every status it was ever given, oldest first. */
  statuses: string[];
  sentAt: Date | null;
  /** Of a text, or a caption. */
  text: string | null;
  /** Baileys' word: conversation, imageMessage, audioMessage … */
  messageType: string;
};
/** The file of a message that came in; nothing of what is said about it is certain. */
export type FetchedFile = { content: Uint8Array; fileName: string | null };
/** Messages as Evolution keeps them, in its own words, the newest first. */
export type StoredMessages = { records: Record<string, unknown>[]; pages: number };
export type NumberCheck = { number: string; exists: boolean; jid: string };

/**
 * One Evolution server, in our words. Every call ends within its time-out and never throws for what the network or the
 * server did. `instance` is the generated name there; `token` that instance's own key (default: the server's key).
 */
export type EvolutionClient = IntegrationClient & {
  sendText(instance: string, message: TextMessage, token?: string): Promise<Outcome<SentMessage>>;
  sendMedia(instance: string, message: MediaMessage, token?: string): Promise<Outcome<SentMessage>>;
  /** A WhatsApp voice message; Evolution converts it to ogg/opus. */
  sendVoice(instance: string, message: VoiceMessage, token?: string): Promise<Outcome<SentMessage>>;
  /** The QR is null when WhatsApp was slow: it comes by webhook. */
  create(instance: NewInstance): Promise<Outcome<{ qr: Qr | null }, Rejection | 'name-taken'>>;
  /** An empty emoji takes the reaction back. A repetition changes nothing on the phones. */
  sendReaction(instance: string, reaction: Reaction, token?: string): Promise<Outcome<SentMessage>>;
  /** Deletes messages of ours for everyone. A repetition changes nothing on the phones. */
  deleteForEveryone(instance: string, message: MessageKey): Promise<Outcome<void>>;
  /** Blue ticks for what people wrote; of phones only, Evolution passes LIDs over. */
  markAsRead(instance: string, messages: MessageKey[]): Promise<Outcome<void>>;
  /** Shows "typing…"; Evolution answers only afterwards. */
  showPresence(instance: string, presence: Presence): Promise<Outcome<void>>;
  /** Starts a socket unless there is one. Never in a loop: every call on a closed instance starts another. */
  connect(instance: string, number?: string | null): Promise<Outcome<{ open: boolean; qr: Qr | null }>>;
  connectionState(instance: string): Promise<Outcome<ConnectionState>>;
  /** Null: Evolution does not know the name. */
  fetchInstance(instance: string): Promise<Outcome<KnownInstance | null>>;
  /** Done also when it was not connected. */
  logout(instance: string): Promise<Outcome<void>>;
  /** Evolution removes later than it answers: ask fetchInstance until it is null. Done also when it was gone. */
  delete(instance: string): Promise<Outcome<void>>;
  setWebhook(instance: string, webhook: Webhook): Promise<Outcome<void>>;
  findWebhook(instance: string): Promise<Outcome<Webhook | null>>;
  findMessages(instance: string, query: MessageQuery): Promise<Outcome<FoundMessage[]>>;
  /** Everything said between two instants, fifty a page, pages from 1. */
  storedMessages(instance: string, span: { from: Date; to: Date; page: number }): Promise<Outcome<StoredMessages>>;
  /** `missing`: Evolution does not know the message, or it has no file. */
  fetchFile(
    instance: string,
    providerMessageId: string,
    limitBytes: number,
  ): Promise<Outcome<FetchedFile | 'missing' | 'too-large'>>;
  /** Every status ever seen for the message, oldest first. */
  findStatusMessage(instance: string, providerMessageId: string): Promise<Outcome<string[]>>;
  /** Small batches only: bulk checks get numbers banned. */
  whatsappNumbers(instance: string, numbers: string[]): Promise<Outcome<NumberCheck[]>>;
  /** Whether the server is there and takes our key. */
  verifyCredentials(): Promise<Outcome<void>>;
  /** What the server calls its version; slow, for it asks WhatsApp's site first. */
  serverVersion(): Promise<Outcome<string | null>>;
};
