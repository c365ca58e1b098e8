import type { Entry } from './matrix.ts';
import type { Scene } from './scene.ts';

const key = (scope: string, more: Partial<Entry> = {}): Entry => ({ access: 'user', scope, ...more });
const read = (more: Partial<Entry> = {}): Entry => key('conversations:read', { of: 'conversation', ...more });
const write = (more: Partial<Entry> = {}): Entry => key('conversations:write', { of: 'conversation', ...more });
const ofNote = { params: ({ ids }: Scene) => ({ noteId: ids.note }) };

/** Conversations and single messages. */
export const conversationLines: Record<string, Entry> = {
  'GET /v1/conversations': key('conversations:read', {
    foreign: ({ ids }) => [
      { path: `/v1/conversations?customerId=${ids.customer}` },
      { path: `/v1/conversations?instanceId=${ids.instance}` },
      { path: `/v1/conversations?assigneeId=${ids.member}` },
      { path: '/v1/conversations?search=merhaba' },
    ],
  }),
  'GET /v1/conversations/{id}': read(),
  'PATCH /v1/conversations/{id}': write({ bodies: ({ ids }) => [{ status: 'closed', assigneeId: ids.member }] }),
  'POST /v1/conversations/{id}/read': write(),
  'POST /v1/conversations/{id}/typing': write({ bodies: () => [{ seconds: 1 }] }),
  'GET /v1/conversations/{id}/notes': read(),
  'POST /v1/conversations/{id}/notes': write({ bodies: () => [{ text: 'Asked for a discount' }] }),
  'PATCH /v1/conversations/{id}/notes/{noteId}': write({ ...ofNote, bodies: () => [{ text: 'Ten percent' }] }),
  'DELETE /v1/conversations/{id}/notes/{noteId}': write(ofNote),
  'GET /v1/conversations/{id}/messages': key('messages:read', { of: 'conversation' }),
  'POST /v1/conversations/{id}/messages': key('messages:write', {
    of: 'conversation',
    bodies: ({ ids }) => [
      { text: 'Buyurun', mediaIds: [ids.media], quotedMessageId: ids.sentMessage },
      { reaction: { messageId: ids.sentMessage, emoji: '👍' } },
      { templateId: ids.template },
    ],
  }),
  'POST /v1/messages': key('messages:write', {
    bodies: ({ ids, world }) => [
      { customerId: world.customers.burak, instanceId: ids.instance, text: 'Merhaba', mediaIds: [ids.media] },
      { phone: '0532 777 11 44', text: 'Merhaba' },
      { customerId: world.customers.burak, templateId: ids.template },
    ],
    foreign: ({ ids, world }) => [
      { path: '/v1/messages', body: { customerId: world.customers.burak, text: 'x' } },
      { path: '/v1/messages', body: { phone: '0532 777 11 44', instanceId: ids.instance, text: 'x' } },
      { path: '/v1/messages', body: { phone: '0532 777 11 44', mediaIds: [ids.media], text: 'x' } },
      { path: '/v1/messages', body: { phone: '0532 777 11 44', templateId: ids.template } },
    ],
  }),
  'GET /v1/messages/{id}': key('messages:read', { of: 'sentMessage' }),
  'POST /v1/messages/{id}/retry': key('messages:write', { of: 'sentMessage', answers: 409 }),
  'POST /v1/messages/{id}/decision': key('messages:write', {
    of: 'sentMessage',
    bodies: () => [{ decision: 'give-up' }],
    answers: 409,
  }),
  'POST /v1/messages/{id}/recall': key('messages:write', { of: 'sentMessage' }),
  'DELETE /v1/messages/{id}': key('messages:write', { of: 'message' }),
};
