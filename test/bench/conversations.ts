import { sql } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { listMessages } from '#src/conversations/message-queries.ts';
import { getConversation, listConversations } from '#src/conversations/queries.ts';
import type { Ground } from './ground.ts';
import { type Figure, quantile, type Section, timed } from './measure.ts';
import { createSenders, type Sender } from './populate.ts';

export type ConversationsSize = { conversations: number; messagesEach: number; looks: number };

const WORDS = ['merhaba', 'randevu', 'fiyat', 'kargo', 'teşekkürler', 'indirim', 'İzmir', 'şikâyet', 'ödeme', 'yarın'];
type Look = { what: string; take: (ctx: OrgContext, n: number) => Promise<unknown> };

/** What a shared inbox asks for all the time, among a million messages of one organization. */
export async function benchConversations(ground: Ground, size: ConversationsSize): Promise<Section> {
  await using site = await ground.open();
  const { ctx } = site;
  const [sender] = (await createSenders(ctx, 1, size.conversations)) as [Sender];
  await populate(ctx, sender, size);
  const figures: Figure[] = [];
  for (const look of looksAt(await firstPages(sender.ctx))) figures.push(await measure(sender.ctx, look, size.looks));
  const total = size.conversations * size.messagesEach;
  return {
    title: `Conversations: ${size.conversations} of one organization, ${total} messages`,
    figures,
    notes: ['Each figure is the 95th percentile of the calls of one kind, read as the API reads them, without HTTP.'],
  };
}

async function populate(ctx: AppContext, sender: Sender, { messagesEach }: ConversationsSize): Promise<void> {
  const { organizationId, userId, instanceId } = sender;
  await ctx.db.execute(sql`
    insert into conversations (organization_id, instance_id, customer_id, phone, status, assignee_id, unread_count, last_message_at, search_text)
    select ${organizationId}, ${instanceId}, c.id, c.phone, case when n % 3 = 0 then 'closed' else 'open' end,
      case when n % 5 = 0 then ${userId}::uuid end, n % 4, date_trunc('second', now()) - n * interval '1 second', c.phone || E'\\n' || c.search_text
    from (select *, row_number() over (order by id) as n from customers where organization_id = ${organizationId}) c`);
  const words = sql`(array[${sql.join(
    WORDS.map((word) => sql`${word}`),
    sql`, `,
  )}])`;
  await ctx.db.execute(sql`
    insert into messages (organization_id, user_id, direction, instance_id, customer_id, conversation_id, kind, address, body, status, said_at, provider_message_id)
    select v.organization_id, ${userId}, case when n % 2 = 0 then 'in' else 'out' end, v.instance_id, v.customer_id, v.id, 'text', v.phone,
      ${words}[1 + (random() * 9)::int] || ' ' || ${words}[1 + (random() * 9)::int] || ' ' || substr(md5(random()::text), 1, 6),
      case when n % 2 = 0 then 'received' else 'read' end, v.last_message_at - n * interval '1 minute', v.id || '-' || n
    from conversations v cross join generate_series(1, ${messagesEach}::int) n`);
  await ctx.db.execute(sql`
    update conversations v set last_message_id = (
      select m.id from messages m where m.conversation_id = v.id order by m.said_at desc, m.id desc limit 1)`);
  await ctx.db.execute(sql`vacuum analyze messages`);
  await ctx.db.execute(sql`vacuum analyze conversations`);
}

/** Ids and cursors to go on from. */
async function firstPages(ctx: OrgContext) {
  const page = await listConversations(ctx, { limit: 200 });
  const ids = page.data.map(({ conversation }) => conversation.id);
  const { conversation } = page.data[0]!;
  const messages = await listMessages(ctx, conversation, { limit: 5 });
  return { ids, listCursor: page.nextCursor!, messageCursor: messages.nextCursor! };
}

function looksAt({ ids, listCursor, messageCursor }: Awaited<ReturnType<typeof firstPages>>): Look[] {
  const idOf = (n: number) => ids[n % ids.length]!;
  const listed = (what: string, filter: object): Look => ({
    what,
    take: (ctx) => listConversations(ctx, { limit: 50, ...filter }),
  });
  return [
    listed('list: first page', {}),
    listed('list: a later page', { cursor: listCursor }),
    listed('list: open and unread', { status: 'open', unread: true }),
    listed('list: mine', { assigneeId: 'me' }),
    {
      what: 'messages: first page',
      take: async (ctx, n) => listMessages(ctx, (await getConversation(ctx, idOf(n))).conversation, { limit: 50 }),
    },
    {
      what: 'messages: a later page',
      take: async (ctx) =>
        listMessages(ctx, (await getConversation(ctx, idOf(0))).conversation, { limit: 50, cursor: messageCursor }),
    },
    { what: 'search: a name', take: (ctx, n) => listConversations(ctx, { limit: 50, search: `Müşteri${1000 + n}` }) },
    {
      what: 'search: a phone',
      take: (ctx, n) => listConversations(ctx, { limit: 50, search: `0532 100 ${1000 + n}` }),
    },
    { what: 'search: a rare word', take: (ctx) => listConversations(ctx, { limit: 50, search: 'zürafa' }) },
    {
      what: 'search: a word that is everywhere',
      take: (ctx) => listConversations(ctx, { limit: 50, search: 'RANDEVU' }),
    },
  ];
}

async function measure(ctx: OrgContext, { what, take }: Look, looks: number): Promise<Figure> {
  await take(ctx, 0);
  const milliseconds: number[] = [];
  for (let n = 0; n < looks; n++) milliseconds.push(1000 * (await timed(() => take(ctx, n))));
  return { what: `${what}, p95`, unit: 'ms', values: [quantile(milliseconds, 0.95)] };
}
