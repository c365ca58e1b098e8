import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery, pageOf } from '#src/platform/schemas.ts';
import { addNote } from './add-note.ts';
import { changeConversation } from './change-conversation.ts';
import type { Typist } from './create-typist.ts';
import { deleteNote } from './delete-note.ts';
import { editNote } from './edit-note.ts';
import { markRead } from './mark-read.ts';
import { getConversation, getNote, listConversations, listNotes, readViews } from './queries.ts';
import {
  ConversationChangeIn,
  ConversationOut,
  ConversationQuery,
  NoteIn,
  NoteOut,
  NoteParams,
  presentConversation,
  presentNote,
  TypingIn,
} from './schemas.ts';
import { showTyping } from './show-typing.ts';

const tag = 'Conversations';
const read = { tag, access: 'user', scope: 'conversations:read' } as const;
const write = { tag, access: 'user', scope: 'conversations:write' } as const;
const shown = { status: 200, schema: ConversationOut } as const;

const show = async (ctx: OrgContext, id: string) => presentConversation((await readViews(ctx, [id])).get(id)!);

const list = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/conversations',
    summary: 'Conversations, where something was said last first',
    description: 'An owner sees all of them, a consultant those of his own number and those that are his to answer.',
    query: ConversationQuery,
    answer: { status: 200, schema: pageOf(ConversationOut) },
  },
  async ({ ctx, query }) => {
    const page = await listConversations(ctx, { ...query, unread: query.unread === 'true' });
    return { ...page, data: page.data.map(presentConversation) };
  },
);

const get = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/conversations/{id}',
    summary: 'A conversation',
    params: IdParams,
    answer: shown,
  },
  async ({ ctx, params }) => presentConversation(await getConversation(ctx, params.id)),
);

const change = defineRoute(
  {
    ...write,
    method: 'patch',
    path: '/v1/conversations/{id}',
    summary: 'Close it, open it again, or give it to a colleague',
    params: IdParams,
    body: ConversationChangeIn,
    answer: shown,
  },
  async ({ ctx, params, body }) => {
    await changeConversation(ctx, params.id, body);
    return show(ctx, params.id);
  },
);

const markAsRead = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/conversations/{id}/read',
    summary: 'Mark it read, on WhatsApp too',
    description: 'The other side gets its blue ticks a moment later, if WhatsApp can be reached and shows the phone.',
    params: IdParams,
    answer: shown,
  },
  async ({ ctx, params }) => {
    await markRead(ctx, params.id);
    return show(ctx, params.id);
  },
);

const typing = (typist: Typist) =>
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/conversations/{id}/typing',
      summary: 'Show “typing…” to the other side',
      params: IdParams,
      body: TypingIn,
      answer: { status: 204 },
      problems: ['instance-not-open'],
    },
    ({ ctx, params, body }) => showTyping(ctx, typist, params.id, body.seconds),
  );

const notes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/conversations/{id}/notes',
      summary: 'What colleagues wrote about it, oldest first',
      params: IdParams,
      query: PageQuery,
      answer: { status: 200, schema: pageOf(NoteOut) },
    },
    async ({ ctx, params, query }) => {
      const page = await listNotes(ctx, params.id, query);
      return { ...page, data: page.data.map(presentNote) };
    },
  ),
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/conversations/{id}/notes',
      summary: 'Write a note that only colleagues see',
      params: IdParams,
      body: NoteIn,
      answer: { status: 201, schema: NoteOut },
    },
    async ({ ctx, params, body }) => presentNote(await getNote(ctx, await addNote(ctx, params.id, body.text))),
  ),
  defineRoute(
    {
      ...write,
      method: 'patch',
      path: '/v1/conversations/{id}/notes/{noteId}',
      summary: 'Change a note of your own',
      params: NoteParams,
      body: NoteIn,
      answer: { status: 200, schema: NoteOut },
    },
    async ({ ctx, params, body }) => {
      await editNote(ctx, params.id, params.noteId, body.text);
      return presentNote(await getNote(ctx, params.noteId));
    },
  ),
  defineRoute(
    {
      ...write,
      method: 'delete',
      path: '/v1/conversations/{id}/notes/{noteId}',
      summary: 'Delete a note of your own',
      params: NoteParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => deleteNote(ctx, params.id, params.noteId),
  ),
];

export const conversationsRoutes = (typist: Typist): Route<OrgContext>[] => [
  list,
  get,
  change,
  markAsRead,
  typing(typist),
  ...notes,
];
