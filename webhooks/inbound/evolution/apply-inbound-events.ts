import { followAcks } from '#src/campaigns/follow-acks.ts';
import { readFoundMessage } from '#src/channels/evolution/read-answer.ts';
import type { AppContext } from '#src/context.ts';
import { applyConnectionNews, type ConnectionEvent } from '#src/instances/apply-connection-news.ts';
import { applyOptOuts, type InboundText } from '#src/messages/apply-opt-outs.ts';
import type { Ack } from '#src/messages/message.ts';
import { noteSightings, type Sighting } from '#src/messages/note-sightings.ts';
import { readInboundTexts } from './read-inbound-texts.ts';
import { readAcks, readConnectionNews, readProviderTime } from './read-news.ts';

export type InboundEvent = {
  id: number;
  instanceId: string;
  event: string;
  payload: Record<string, unknown>;
  receivedAt: Date;
};

/** Carries a batch of stored webhooks into the instances, messages and campaigns they are about. Run it in a transaction. */
export async function applyInboundEvents(ctx: AppContext, events: InboundEvent[]): Promise<void> {
  const acks: Ack[] = [];
  const connections: ConnectionEvent[] = [];
  const sightings: Sighting[] = [];
  const texts: InboundText[] = [];
  for (const { instanceId, event, payload, receivedAt: at } of events) {
    for (const ack of readAcks(event, payload)) acks.push({ instanceId, ...ack, at });
    if (event === 'send.message') sightings.push({ instanceId, found: readFoundMessage(payload.data as never), at });
    for (const text of readInboundTexts(event, payload)) texts.push({ instanceId, ...text, at });
    const news = readConnectionNews(event, payload);
    if (news) connections.push({ instanceId, news, at, providerAt: readProviderTime(payload) });
  }
  await noteSightings(ctx, sightings);
  await applyConnectionNews(ctx, inOrder(connections));
  await applyOptOuts(ctx, texts);
  if (acks.length > 0) await followAcks(ctx, acks);
}

/** Webhooks overtake each other; within a batch Evolution's own time tells which came first. */
const inOrder = (events: ConnectionEvent[]): ConnectionEvent[] =>
  events.toSorted((a, b) => (a.providerAt && b.providerAt ? a.providerAt.getTime() - b.providerAt.getTime() : 0));
