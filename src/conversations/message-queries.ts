import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { media } from '#src/db/schema/files.ts';
import { messages } from '#src/db/schema/messages.ts';
import type { Media } from '#src/files/media.ts';
import type { Message } from '#src/messages/message.ts';
import { type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Conversation } from './conversation.ts';
import { decodePlace } from './queries.ts';
import { visibleSql } from './visible-sql.ts';

export type Quoted = Pick<Message, 'id' | 'kind' | 'body' | 'direction' | 'recalledAt'>;
export type Reaction = { emoji: string; direction: 'in' | 'out'; at: Date };
export type MessageView = {
  message: Message;
  media: Media | null;
  senderName: string | null;
  quoted: Quoted | null;
  reactions: Reaction[];
};

/**
 * What was said in a conversation, newest first: its own messages, by when they were said, and those of campaigns to the same customer from the
 * same number, by when they were sent. Reactions stand with the message that they are about.
 */
export async function listMessages(
  ctx: OrgContext,
  { id, customerId, instanceId }: Conversation,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<MessageView>> {
  const place = cursor === undefined ? undefined : decodePlace(cursor);
  const before = (at: 'said_at' | 'sent_at') =>
    place ? sql`and (m.${sql.raw(at)}, m.id) < (${place.at}::timestamptz, ${place.id}::uuid)` : sql``;
  const most = limit + 1;
  const ofCampaigns = sql`union all (
    select m.id, m.sent_at from messages m
    where m.customer_id = ${customerId} and m.instance_id = ${instanceId} and m.campaign_id is not null and m.sent_at is not null ${before('sent_at')}
    order by m.sent_at desc, m.id desc limit ${most})`;
  const rows = await ctx.db.execute<{ id: string; at: string }>(sql`
    select id, at from (
      (select m.id, m.said_at as at from messages m
        where m.conversation_id = ${id} and m.kind <> 'reaction' ${before('said_at')}
        order by m.said_at desc, m.id desc limit ${most})
      ${customerId ? ofCampaigns : sql``}
    ) said order by at desc, id desc limit ${most}`);
  const page = toPage(rows, limit, (row) => [new Date(row.at).toISOString(), row.id]);
  const views = await readMessages(
    ctx,
    page.data.map((row) => row.id),
    id,
  );
  return { ...page, data: page.data.flatMap((row) => views.get(row.id) ?? []) };
}

/** One message that the caller may see: his own, or one of a conversation that he sees. Throws `not-found`. */
export async function getMessage(ctx: OrgContext, id: string): Promise<MessageView> {
  const message = await requireMessage(ctx, id);
  return (await readMessages(ctx, [id], message.conversationId)).get(id)!;
}

/** The same row alone; `lock` takes it for the transaction. */
export async function requireMessage(ctx: OrgContext, id: string, lock = false): Promise<Message> {
  const mine = sql`${messages.userId} = ${ctx.userId} or exists (
    select from conversations c where c.id = ${messages.conversationId} and ${visibleSql(ctx)})`;
  const query = ctx.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.id, id),
        eq(messages.organizationId, ctx.organizationId),
        ctx.role === 'owner' ? undefined : sql`(${mine})`,
      ),
    );
  const [row] = await (lock ? query.for('no key update') : query);
  if (!row) throw notFound();
  return row;
}

/** Messages with what belongs to them; the caller has seen to who may see them. */
export async function readMessages(
  ctx: OrgContext,
  ids: string[],
  conversationId: string | null,
): Promise<Map<string, MessageView>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .select({ message: messages, media, senderName: users.name })
    .from(messages)
    .leftJoin(media, and(eq(media.id, messages.mediaId), eq(media.organizationId, messages.organizationId)))
    .leftJoin(
      users,
      and(eq(users.id, messages.userId), eq(messages.direction, 'out'), eq(messages.typedOnPhone, false)),
    )
    .where(and(eq(messages.organizationId, ctx.organizationId), inArray(messages.id, ids)));
  const quoted = await readQuoted(
    ctx,
    rows.map(({ message }) => message),
  );
  const reactions = await readReactions(
    ctx,
    conversationId,
    rows.flatMap(({ message }) => message.providerMessageId ?? []),
  );
  return new Map(
    rows.map((row) => [
      row.message.id,
      {
        ...row,
        quoted: quoted.get(`${row.message.instanceId} ${row.message.inReplyTo}`) ?? null,
        reactions: reactions.get(row.message.providerMessageId ?? '') ?? [],
      },
    ]),
  );
}

async function readQuoted(ctx: OrgContext, answers: Message[]): Promise<Map<string, Quoted>> {
  const wanted = answers.filter(({ inReplyTo, instanceId }) => inReplyTo !== null && instanceId !== null);
  if (wanted.length === 0) return new Map();
  const { id, kind, body, direction, recalledAt, instanceId, providerMessageId } = messages;
  const rows = await ctx.db
    .select({
      id,
      kind,
      body: sql<string | null>`left(${body}, 200)`,
      direction,
      recalledAt,
      instanceId,
      providerMessageId,
    })
    .from(messages)
    .where(
      and(
        eq(messages.organizationId, ctx.organizationId),
        inArray(instanceId, [...new Set(wanted.map((one) => one.instanceId!))]),
        inArray(providerMessageId, [...new Set(wanted.map((one) => one.inReplyTo!))]),
      ),
    );
  return new Map(rows.map(({ instanceId, providerMessageId, ...row }) => [`${instanceId} ${providerMessageId}`, row]));
}

/** The newest of each side, unless it was taken back. */
async function readReactions(
  ctx: OrgContext,
  conversationId: string | null,
  providerMessageIds: string[],
): Promise<Map<string, Reaction[]>> {
  if (!conversationId || providerMessageIds.length === 0) return new Map();
  const { inReplyTo, direction, body, content, saidAt } = messages;
  const rows = await ctx.db
    .selectDistinctOn([inReplyTo, direction], { inReplyTo, direction, body, content, saidAt })
    .from(messages)
    .where(
      and(
        eq(messages.conversationId, conversationId),
        isNotNull(messages.conversationId),
        eq(messages.kind, 'reaction'),
        inArray(inReplyTo, providerMessageIds),
        sql`${messages.status} not in ('failed', 'cancelled')`,
      ),
    )
    .orderBy(inReplyTo, direction, sql`${saidAt} desc, ${messages.id} desc`);
  const seen = rows.map((row) => ({
    to: row.inReplyTo!,
    emoji: String(row.content?.['emoji'] ?? row.body ?? ''),
    direction: row.direction,
    at: row.saidAt!,
  }));
  return Map.groupBy(
    seen.filter(({ emoji }) => emoji !== ''),
    ({ to }) => to,
  );
}
