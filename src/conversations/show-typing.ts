import type { OrgContext } from '#src/context.ts';
import { senderOf } from '#src/instances/sender-of.ts';
import { requireOpenNumber } from './choose-number.ts';
import { addressOf } from './conversation.ts';
import type { Typist } from './create-typist.ts';
import { requireConversation } from './queries.ts';

/** Shows "typing…" to the other side for so long, without waiting for it. 409 while the number is not connected. */
export async function showTyping(ctx: OrgContext, typist: Typist, id: string, seconds: number): Promise<void> {
  const conversation = await requireConversation(ctx, id);
  const instance = await requireOpenNumber(ctx, conversation.instanceId);
  const sender = await senderOf(ctx, instance.id);
  if (sender) typist.type(ctx, sender, { conversationId: id, number: addressOf(conversation), forMs: seconds * 1000 });
}
