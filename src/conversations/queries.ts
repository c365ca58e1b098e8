import { and, asc, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { conversationNotes, conversations } from '#src/db/schema/conversations.ts';
import { customers } from '#src/db/schema/customers.ts';
import { messages } from '#src/db/schema/messages.ts';
import type { Message } from '#src/messages/message.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Conversation, ConversationStatus, Note } from './conversation.ts';
import { searchConversations } from './search-conversations.ts';
import { ownNumbers, visibleSql } from './visible-sql.ts';

export type LastMessage = Pick<Message, 'id' | 'kind' | 'body' | 'direction' | 'status' | 'recalledAt'>;
export type ConversationView = {
  conversation: Conversation;
  customer: { id: string; firstName: string; lastName: string | null } | null;
  lastMessage: LastMessage | null;
};
export type NoteView = Note & { userName: string | null };

type PageInput = { limit: number; cursor?: string | undefined };
export type ConversationFilter = {
  status?: ConversationStatus | undefined;
  assigneeId?: string | undefined;
  unread?: boolean | undefined;
  instanceId?: string | undefined;
  customerId?: string | undefined;
  search?: string | undefined;
};

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const isInstant = (member: unknown): boolean =>
  typeof member === 'string' && INSTANT.test(member) && !Number.isNaN(Date.parse(member));

/** The place in a list ordered by an instant and an id, both descending. */
export const decodePlace = (cursor: string): { at: string; id: string } => {
  const [at, id] = decodeCursor(cursor, [isInstant, isUuid]) as [string, string];
  return { at: new Date(at).toISOString(), id };
};

/** Where something was said last comes first. */
export async function listConversations(
  ctx: OrgContext,
  { limit, cursor, ...filter }: PageInput & ConversationFilter,
): Promise<Page<ConversationView>> {
  const condition = await conditionOf(ctx, filter, cursor);
  const of = (which: SQL) => sql`(select c.id, c.last_message_at from conversations c
    where c.organization_id = ${ctx.organizationId} and ${which} and ${condition}
    order by c.last_message_at desc, c.id desc limit ${limit + 1})`;
  // each of the two in the order of an index of its own
  const mine = sql`${of(sql`c.assignee_id = ${ctx.userId}`)} union ${of(sql`c.instance_id in (${ownNumbers(ctx)})`)}`;
  const rows = await ctx.db.execute<{ id: string; last_message_at: string }>(sql`
    select id, last_message_at from (${ctx.role === 'owner' ? of(sql`true`) : mine}) page
    order by last_message_at desc, id desc limit ${limit + 1}`);
  const page = toPage(rows, limit, (row) => [new Date(row.last_message_at).toISOString(), row.id]);
  const views = await readViews(
    ctx,
    page.data.map(({ id }) => id),
  );
  return { ...page, data: page.data.flatMap(({ id }) => views.get(id) ?? []) };
}

async function conditionOf(ctx: OrgContext, filter: ConversationFilter, cursor: string | undefined): Promise<SQL> {
  const { status, assigneeId, unread, instanceId, customerId, search } = filter;
  const assignee = assigneeId === 'me' ? ctx.userId : assigneeId;
  const before = cursor === undefined ? undefined : decodePlace(cursor);
  const conditions = [
    before && sql`(c.last_message_at, c.id) < (${before.at}::timestamptz, ${before.id}::uuid)`,
    status && sql`c.status = ${status}`,
    assignee && (assignee === 'none' ? sql`c.assignee_id is null` : sql`c.assignee_id = ${assignee}`),
    unread && sql`c.unread_count > 0`,
    instanceId && sql`c.instance_id = ${instanceId}`,
    customerId && sql`c.customer_id = ${customerId}`,
    search && (await searchConversations(ctx, search)),
  ].filter((condition): condition is SQL => Boolean(condition));
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** One that the caller may see; throws `not-found`. */
export async function getConversation(ctx: OrgContext, id: string): Promise<ConversationView> {
  await requireConversation(ctx, id);
  return (await readViews(ctx, [id])).get(id)!;
}

/** The same row alone; `lock` takes it for the transaction. */
export async function requireConversation(ctx: OrgContext, id: string, lock = false): Promise<Conversation> {
  const query = ctx.db
    .select()
    .from(conversations)
    .where(sql`${conversations.id} = ${id} and exists (
      select from conversations c where c.id = ${conversations.id} and ${visibleSql(ctx)})`);
  const [row] = await (lock ? query.for('no key update') : query);
  if (!row) throw notFound();
  return row;
}

/** Whoever may see them. */
export async function readViews(ctx: OrgContext, ids: string[]): Promise<Map<string, ConversationView>> {
  if (ids.length === 0) return new Map();
  const { id, kind, body, direction, status, recalledAt } = messages;
  const rows = await ctx.db
    .select({
      conversation: conversations,
      customer: { id: customers.id, firstName: customers.firstName, lastName: customers.lastName },
      lastMessage: { id, kind, body: sql<string | null>`left(${body}, 200)`, direction, status, recalledAt },
    })
    .from(conversations)
    .leftJoin(customers, and(eq(customers.id, conversations.customerId), sql`${customers.deletedAt} is null`))
    .leftJoin(messages, eq(messages.id, conversations.lastMessageId))
    .where(and(eq(conversations.organizationId, ctx.organizationId), inArray(conversations.id, ids)));
  return new Map(rows.map((row) => [row.conversation.id, row]));
}

/** What colleagues wrote, oldest first. */
export async function listNotes(ctx: OrgContext, conversationId: string, page: PageInput): Promise<Page<NoteView>> {
  await requireConversation(ctx, conversationId);
  const after = page.cursor === undefined ? undefined : decodePlace(page.cursor);
  const { createdAt, id } = conversationNotes;
  const rows = await ctx.db
    .select({ note: conversationNotes, userName: users.name })
    .from(conversationNotes)
    .leftJoin(users, eq(users.id, conversationNotes.userId))
    .where(
      and(
        eq(conversationNotes.organizationId, ctx.organizationId),
        eq(conversationNotes.conversationId, conversationId),
        after && or(gt(createdAt, new Date(after.at)), and(eq(createdAt, new Date(after.at)), gt(id, after.id))),
      ),
    )
    .orderBy(asc(createdAt), asc(id))
    .limit(page.limit + 1);
  const views = rows.map(({ note, userName }) => ({ ...note, userName }));
  return toPage(views, page.limit, (row) => [row.createdAt.toISOString(), row.id]);
}

/** The caller has seen to who may see it. */
export async function getNote(ctx: OrgContext, noteId: string): Promise<NoteView> {
  const [row] = await ctx.db
    .select({ note: conversationNotes, userName: users.name })
    .from(conversationNotes)
    .leftJoin(users, eq(users.id, conversationNotes.userId))
    .where(and(eq(conversationNotes.organizationId, ctx.organizationId), eq(conversationNotes.id, noteId)));
  if (!row) throw notFound();
  return { ...row.note, userName: row.userName };
}
