import type { MessageKind } from '#src/messages/message.ts';
import type { Person } from './person.ts';

/** What a message says, in our words. */
export type Content = {
  kind: MessageKind;
  /** Its text, caption, the words on a button, the emoji of a reaction. */
  body: string | null;
  /** What has no column: of a location, a contact, a button, a file. */
  content: Record<string, unknown> | null;
  /** WhatsApp's id of what it quotes, answers or reacts to. */
  inReplyTo: string | null;
  /** It carries a file, to be fetched. */
  attached: boolean;
};

/** A message that somebody sent to a number of ours, or that was typed on the phone of that number. */
export type Said = Person &
  Content & {
    instanceId: string;
    providerMessageId: string;
    /** By our side. */
    fromMe: boolean;
    /** As the other person calls himself. */
    profileName: string | null;
    /** By WhatsApp's clock, in whole seconds. */
    saidAt: Date;
    /** When it reached us. */
    at: Date;
  };

/** A message edited, or deleted for everyone, by who had written it. */
export type Amendment = {
  instanceId: string;
  providerMessageId: string;
  type: 'edit' | 'recall';
  fromMe: boolean;
  /** Of an edit: the new text. */
  body: string | null;
  at: Date;
};

/** Which phone is behind a hidden one. */
export type LidPair = { instanceId: string; lid: string; phone: string };

/** A receipt that came from a hidden number, about a message of ours. */
export type LidReceipt = { instanceId: string; lid: string; providerMessageId: string };
