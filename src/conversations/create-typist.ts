import type { AppContext } from '#src/context.ts';
import type { Sender } from '#src/instances/sender-of.ts';

export type Typing = { conversationId: string; number: string; forMs: number };
export type Typist = {
  /** Begins to type, unless it does there already; nobody waits for it. */
  type(ctx: AppContext, sender: Sender, typing: Typing): void;
  /** Resolves when nobody types any more. */
  idle(): Promise<void>;
};

/** Evolution answers after as long as it types: so many calls may be open; what would be more is left out. */
const MOST_AT_ONCE = 64;

/** Types in conversations, once in each at a time. */
export function createTypist(): Typist {
  const typing = new Map<string, Promise<void>>();
  return {
    type(ctx, { client, providerName }, { conversationId, number, forMs }) {
      if (typing.has(conversationId) || typing.size >= MOST_AT_ONCE) return;
      const call = client
        .showPresence(providerName, { number, presence: 'composing', forMs })
        .then((outcome) => {
          if (outcome.kind !== 'accepted') ctx.log.info({ conversationId, outcome }, 'typing was not shown');
        })
        .catch((error: unknown) => ctx.log.warn({ err: error, conversationId }, 'typing failed'))
        .finally(() => typing.delete(conversationId));
      typing.set(conversationId, call);
    },
    idle: async () => void (await Promise.all(typing.values())),
  };
}
