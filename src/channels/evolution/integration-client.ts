import type { Outcome, Rejection } from './outcome.ts';

/** What Evolution hands on to a Chatwoot account, and back. */
export type Chatwoot = {
  enabled: boolean;
  url: string;
  accountId: string;
  token: string;
  inboxName: string;
  signMessages: boolean;
  signDelimiter: string | null;
  reopenConversation: boolean;
  conversationPending: boolean;
  importContacts: boolean;
  importMessages: boolean;
  importDays: number;
};

export const typebotOperators = ['equals', 'contains', 'startsWith', 'endsWith'] as const;
export type TypebotTrigger =
  | { type: 'all' | 'none' }
  | { type: 'keyword'; operator: (typeof typebotOperators)[number]; value: string };
/** A Typebot that answers for the number. */
export type Typebot = {
  enabled: boolean;
  /** Tells bots apart that others have set up on the same connection. */
  description: string;
  url: string;
  typebot: string;
  trigger: TypebotTrigger;
  /** 0: a conversation with it never ends by itself. */
  expireMinutes: number;
  finishWord: string;
  unknownMessage: string;
  delayMs: number;
  debounceSeconds: number;
  keepOpen: boolean;
  stopWhenAnswered: boolean;
};
export type KnownTypebot = Typebot & { id: string };

/** `integration-off`: the server has it switched off. `integration-taken`: another bot answers to the same. */
export type IntegrationRejection = Rejection | 'integration-off' | 'integration-taken';
type Answered<T> = Promise<Outcome<T, IntegrationRejection>>;

/** Evolution's own integrations: `chatwoot/set|find`, `typebot/create|find|update|delete`. */
export type IntegrationClient = {
  /** Null: never set. */
  findChatwoot(instance: string): Answered<Chatwoot | null>;
  /** While it is enabled Evolution makes the inbox in Chatwoot. */
  setChatwoot(instance: string, chatwoot: Chatwoot): Answered<void>;
  findTypebots(instance: string): Answered<KnownTypebot[]>;
  createTypebot(instance: string, typebot: Typebot): Answered<void>;
  updateTypebot(instance: string, id: string, typebot: Typebot): Answered<void>;
  /** Done also when it was gone. */
  deleteTypebot(instance: string, id: string): Answered<void>;
};
