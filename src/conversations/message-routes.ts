import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery, pageOf } from '#src/platform/schemas.ts';
import { answerConversation } from './answer-conversation.ts';
import { decideMessage } from './decide-message.ts';
import { getMessage, listMessages, readMessages } from './message-queries.ts';
import { AnswerIn, MessageDecisionIn, MessageIn, MessageOut, presentMessage, SaidOut } from './message-schemas.ts';
import { requireConversation } from './queries.ts';
import { recallMessage } from './recall-message.ts';
import { retryMessage } from './retry-message.ts';
import { withdrawMessage } from './withdraw-message.ts';
import { type Said, writeMessage } from './write-message.ts';

const tag = 'Conversations';
const read = { tag, access: 'user', scope: 'messages:read' } as const;
const write = { tag, access: 'user', scope: 'messages:write' } as const;
const one = { params: IdParams, answer: { status: 200, schema: MessageOut } } as const;
const sending = ['insufficient-credits', 'blacklisted', 'instance-not-open', 'conflict'] as const;
const PRICE =
  'One credit a message, held now and spent when it has gone out; a file with a text that fits below it is one message. It goes ahead of campaigns, at any hour, at the pace of the number, and is given up after 24 hours.';

async function showSaid(ctx: OrgContext, { conversationId, messageIds }: Said) {
  const views = await readMessages(ctx, messageIds, conversationId);
  return { conversationId, messages: messageIds.map((id) => presentMessage(views.get(id)!)) };
}

const writeOne = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/messages',
    summary: 'Write to a customer or a phone',
    description: `Begins a conversation where there is none. ${PRICE}`,
    body: MessageIn,
    answer: { status: 201, schema: SaidOut },
    problems: [...sending],
  },
  async ({ ctx, body }) => showSaid(ctx, await writeMessage(ctx, body)),
);

const answer = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/conversations/{id}/messages',
    summary: 'Answer in a conversation, or react to a message',
    description: `A closed conversation is open again by it. ${PRICE} A reaction is free.`,
    params: IdParams,
    body: AnswerIn,
    answer: { status: 201, schema: SaidOut },
    problems: [...sending],
  },
  async ({ ctx, params, body }) => showSaid(ctx, await answerConversation(ctx, params.id, body)),
);

const list = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/conversations/{id}/messages',
    summary: 'What was said, newest first',
    description:
      'With what campaigns sent to the same customer from the same number. Reactions stand with the message that they are about.',
    params: IdParams,
    query: PageQuery,
    answer: { status: 200, schema: pageOf(MessageOut) },
  },
  async ({ ctx, params, query }) => {
    const page = await listMessages(ctx, await requireConversation(ctx, params.id), query);
    return { ...page, data: page.data.map(presentMessage) };
  },
);

const get = defineRoute(
  { ...read, ...one, method: 'get', path: '/v1/messages/{id}', summary: 'One message and what became of it' },
  async ({ ctx, params }) => presentMessage(await getMessage(ctx, params.id)),
);

const withdraw = defineRoute(
  {
    ...write,
    ...one,
    method: 'delete',
    path: '/v1/messages/{id}',
    summary: 'Take a message back, wherever it is',
    description:
      'One that waits is cancelled and its credit free again. One that went out is deleted for everyone, as by `…/recall`.',
    problems: ['conflict', 'instance-not-open', 'whatsapp-unavailable'],
  },
  async ({ ctx, params }) => {
    await withdrawMessage(ctx, params.id);
    return presentMessage(await getMessage(ctx, params.id));
  },
);

const recall = defineRoute(
  {
    ...write,
    ...one,
    method: 'post',
    path: '/v1/messages/{id}/recall',
    summary: 'Delete a sent message for everyone',
    description:
      'Within 60 hours, which is WhatsApp’s limit; a campaign’s message too. Its credit is not given back, and it may have been read.',
    problems: ['conflict', 'instance-not-open', 'whatsapp-unavailable'],
  },
  async ({ ctx, params }) => {
    await recallMessage(ctx, params.id);
    return presentMessage(await getMessage(ctx, params.id));
  },
);

const retry = defineRoute(
  {
    ...write,
    ...one,
    method: 'post',
    path: '/v1/messages/{id}/retry',
    summary: 'Send a failed single message again',
    description: 'One that certainly reached nobody; it costs its credit, which was given back, anew.',
    problems: [...sending],
  },
  async ({ ctx, params }) => {
    await retryMessage(ctx, params.id);
    return presentMessage(await getMessage(ctx, params.id));
  },
);

const decide = defineRoute(
  {
    ...write,
    ...one,
    method: 'post',
    path: '/v1/messages/{id}/decision',
    summary: 'Decide about a single message of unknown outcome',
    description:
      '`retry` sends it again (somebody may get it twice), `give-up` counts it as failed and frees its credit, `sent`: it did go out and is paid for. Undecided, its credit is free after 72 hours.',
    body: MessageDecisionIn,
    problems: ['conflict', 'blacklisted', 'insufficient-credits'],
  },
  async ({ ctx, params, body }) => {
    await decideMessage(ctx, params.id, body.decision);
    return presentMessage(await getMessage(ctx, params.id));
  },
);

export const messageRoutes: Route<OrgContext>[] = [writeOne, answer, list, get, withdraw, recall, retry, decide];
