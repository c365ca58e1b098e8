import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Sender } from '#src/instances/sender-of.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { jidOf, jidsOf } from './is-trace-of.ts';
import type { Message } from './message.ts';

/**
 * Phones let a message be deleted for everyone for a little over two days (2 days and 12 hours, WhatsApp, August 2022); what comes later they
 * pass over without a word.
 */
const RECALL_HOURS = 60;

/** The oldest that a message may be to be taken back. */
export const recallableSince = (now: Date): Date => new Date(now.getTime() - RECALL_HOURS * 3_600_000);

type SentMessage = Pick<
  Message,
  'id' | 'organizationId' | 'instanceId' | 'conversationId' | 'campaignId' | 'address'
> & {
  providerMessageId: string;
};
/** `refused`: Evolution will not; `unavailable`: nobody knows, and asking again does no harm. */
export type TakenBack = 'recalled' | 'refused' | 'unavailable';

/** Deletes a message of ours for everyone and writes down that it is gone, once. No transaction is open during the call. */
export async function takeBackMessage(ctx: AppContext, sender: Sender, message: SentMessage): Promise<TakenBack> {
  const { client, providerName } = sender;
  const remoteJid = await readJid(sender, message);
  const outcome = await client.deleteForEveryone(providerName, {
    id: message.providerMessageId,
    remoteJid,
    fromMe: true,
  });
  if (outcome.kind === 'accepted') {
    await noteRecall(ctx, message);
    return 'recalled';
  }
  ctx.log.warn({ messageId: message.id, outcome }, 'a message could not be taken back');
  return outcome.kind === 'rejected' ? 'refused' : 'unavailable';
}

/** Where the number has several forms Evolution knows which it wrote to. */
async function readJid({ client, providerName }: Sender, message: SentMessage): Promise<string> {
  if (jidsOf(message.address).length === 1) return jidOf(message.address);
  const found = await client.findMessages(providerName, { id: message.providerMessageId });
  return (found.kind === 'accepted' ? found.value[0]?.remoteJid : undefined) || jidOf(message.address);
}

async function noteRecall(
  ctx: AppContext,
  { id, organizationId, instanceId, conversationId, campaignId }: SentMessage,
): Promise<void> {
  const now = ctx.clock.now();
  const rows = await ctx.db.execute(sql`
    update messages set recalled_at = ${now.toISOString()}::timestamptz, updated_at = ${now.toISOString()}::timestamptz
    where id = ${id} and recalled_at is null returning id`);
  if (rows.length === 0) return;
  await publishLiveEvent(
    { ...ctx, organizationId },
    {
      type: 'message.recalled',
      data: { messageId: id, conversationId, instanceId, campaignId, direction: 'out' },
    },
  );
}
