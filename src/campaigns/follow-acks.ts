import { type AppContext, inTransaction } from '#src/context.ts';
import { applyAcks } from '#src/messages/apply-acks.ts';
import type { Ack } from '#src/messages/message.ts';
import { takeEarlyAcks } from '#src/messages/take-early-acks.ts';
import { followMessages } from './follow-messages.ts';
import { watchAcks } from './watch-acks.ts';

/** Applies acks, those just come and those that waited for their message, to messages, recipients, counts and credits at once. */
export const followAcks = (ctx: AppContext, acks: Ack[]): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const waited = await takeEarlyAcks(ctx);
    await followMessages(ctx, await applyAcks(ctx, [...waited, ...acks]));
    await watchAcks(ctx, [...waited, ...acks]);
  });
