import { followAcks } from '#src/campaigns/follow-acks.ts';
import { readFoundMessage } from '#src/channels/evolution/read-answer.ts';
import type { AppContext } from '#src/context.ts';
import { countReplies } from '#src/conversations/count-replies.ts';
import { type News, receiveMessages } from '#src/conversations/receive-messages.ts';
import { type SeenTyping, tellTyping } from '#src/conversations/tell-typing.ts';
import { applyConnectionNews, type ConnectionEvent } from '#src/instances/apply-connection-news.ts';
import type { Ack } from '#src/messages/message.ts';
import { noteSightings, type Sighting } from '#src/messages/note-sightings.ts';
import { bag, bags } from './json.ts';
import { readAmendments, readLidReceipts, readMessages } from './read-messages.ts';
import { readAcks, readConnectionNews, readProviderTime } from './read-news.ts';
import { readPresence } from './read-presence.ts';
import { requestGapsOf } from './request-gaps.ts';

export type InboundEvent = {
  id: number;
  instanceId: string;
  event: string;
  payload: Record<string, unknown>;
  receivedAt: Date;
};

/** Carries a batch of stored webhooks into the instances, messages, conversations and campaigns they are about. Run it in a transaction. */
export async function applyInboundEvents(ctx: AppContext, events: InboundEvent[]): Promise<void> {
  const acks: Ack[] = [];
  const connections: ConnectionEvent[] = [];
  const sightings: Sighting[] = [];
  const typing: SeenTyping[] = [];
  const news: News = { said: [], amendments: [], receipts: [] };
  for (const { instanceId, event, payload, receivedAt: at } of events) {
    for (const ack of readAcks(event, payload)) acks.push({ instanceId, ...ack, at });
    if (event === 'send.message') sightings.push(...sightingsIn({ instanceId, payload, at }));
    const knock = { instanceId, event, payload, at };
    news.said.push(...readMessages(knock));
    news.amendments.push(...readAmendments(knock));
    news.receipts.push(...readLidReceipts(knock));
    typing.push(...readPresence(knock, ctx.clock.now()));
    const heard = readConnectionNews(event, payload);
    if (heard) connections.push({ instanceId, news: heard, at, providerAt: readProviderTime(payload) });
  }
  await applyConnectionNews(ctx, inOrder(connections));
  await requestGapsOf(
    ctx,
    connections.filter(({ news }) => news.type === 'open').map(({ instanceId }) => instanceId),
  );
  const { answers, held, typed } = await receiveMessages(ctx, news);
  const ours = new Set(held.map(({ instanceId, providerMessageId }) => `${instanceId} ${providerMessageId}`));
  const traces = events
    .filter(({ event }) => ours.size > 0 && event === 'messages.upsert')
    .flatMap(({ receivedAt: at, ...event }) => sightingsIn({ ...event, at }))
    .filter(({ instanceId, found }) => ours.has(`${instanceId} ${found.providerMessageId}`));
  await noteSightings(ctx, [...sightings, ...traces]);
  if (acks.length > 0 || typed) await followAcks(ctx, acks);
  await countReplies(ctx, answers);
  await tellTyping(ctx, typing);
}

const sightingsIn = ({
  instanceId,
  payload,
  at,
}: {
  instanceId: string;
  payload: { data?: unknown };
  at: Date;
}): Sighting[] => bags(payload.data).map((data) => ({ instanceId, found: readFoundMessage(bag(data)), at }));

/** Webhooks overtake each other; within a batch Evolution's own time tells which came first. */
const inOrder = (events: ConnectionEvent[]): ConnectionEvent[] =>
  events.toSorted((a, b) => (a.providerAt && b.providerAt ? a.providerAt.getTime() - b.providerAt.getTime() : 0));
