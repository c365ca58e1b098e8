import { sql } from 'drizzle-orm';
import type { EvolutionClient, FoundMessage } from '#src/channels/evolution/evolution-client.ts';
import type { AppContext } from '#src/context.ts';
import { isTraceOf, jidsOf, traceSpan } from './is-trace-of.ts';
import type { Message } from './message.ts';

type Sender = { client: EvolutionClient; providerName: string; keepsOwnMessageId: boolean | null };

/** `'absent'`: Evolution was asked in every way and knows nothing of it. `'unanswered'`: it could not be asked. */
export type Trace = FoundMessage | 'absent' | 'unanswered';

/** Looks for a message of unknown outcome in the webhooks that came. */
export async function findSighting(ctx: AppContext, lost: Message): Promise<FoundMessage | null> {
  const { from, to } = traceSpan(lost);
  const rows = await ctx.db.execute<{
    provider_message_id: string;
    remote_jid: string;
    message_type: string;
    body: string | null;
    sent_at: string;
  }>(sql`
    select provider_message_id, remote_jid, message_type, body, sent_at from sent_sightings
    where instance_id = ${lost.instanceId}
      and (provider_message_id = ${lost.wantedProviderId} or sent_at between ${from.toISOString()}::timestamptz and ${to.toISOString()}::timestamptz)
    order by sent_at`);
  const found = rows.map((row) => ({
    providerMessageId: row.provider_message_id,
    remoteJid: row.remote_jid,
    fromMe: true,
    statuses: [],
    sentAt: new Date(row.sent_at),
    text: row.body,
    messageType: row.message_type,
  }));
  return firstUnplaced(ctx, lost, found);
}

/** Asks Evolution itself: by our own id where it keeps it, else by every form of the number and the time. */
export async function askForTrace(ctx: AppContext, sender: Sender, lost: Message): Promise<Trace> {
  const span = traceSpan(lost);
  const questions = sender.keepsOwnMessageId
    ? [{ id: lost.wantedProviderId! }]
    : jidsOf(lost.address).map((remoteJid) => ({ remoteJid, ...span }));
  for (const question of questions) {
    const answer = await sender.client.findMessages(sender.providerName, question);
    if (answer.kind !== 'accepted') return 'unanswered';
    const found = await firstUnplaced(ctx, lost, answer.value);
    if (found) return found;
  }
  return 'absent';
}

/** The earliest trace that is not already another message of ours. */
async function firstUnplaced(ctx: AppContext, lost: Message, found: FoundMessage[]): Promise<FoundMessage | null> {
  const candidates = found
    .filter((one) => isTraceOf(lost, one))
    .sort((a, b) => (a.sentAt?.getTime() ?? 0) - (b.sentAt?.getTime() ?? 0));
  if (candidates.length === 0) return null;
  const ids = candidates.map(({ providerMessageId }) => providerMessageId);
  const placed = await ctx.db.execute<{ id: string }>(sql`
    select provider_message_id as id from messages
    where instance_id = ${lost.instanceId} and provider_message_id = any(${sql.param(ids)}::text[])
    union select provider_message_id from refused_attempts
    where instance_id = ${lost.instanceId} and provider_message_id = any(${sql.param(ids)}::text[])`);
  const taken = new Set(placed.map((row) => row.id));
  return candidates.find(({ providerMessageId }) => !taken.has(providerMessageId)) ?? null;
}
