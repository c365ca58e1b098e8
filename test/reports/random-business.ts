import { sql } from 'drizzle-orm';
import { newId } from '#src/platform/ids.ts';
import type { World } from '#test/support/world.ts';

type At = Date | null;
export type Business = {
  users: string[];
  customers: { id: string; consultantId: string | null; source: string | null; createdAt: Date; contacted: boolean }[];
  messages: {
    id: string;
    conversationId: string | null;
    userId: string;
    direction: 'in' | 'out';
    status: string;
    kind: string;
    typedOnPhone: boolean;
    saidAt: At;
    sentAt: At;
    answers: string | null;
  }[];
  mails: {
    userId: string;
    sentAt: At;
    deliveredAt: At;
    openedAt: At;
    clickedAt: At;
    bouncedAt: At;
    unsubscribedAt: At;
  }[];
  sms: { userId: string; status: string; sentAt: At }[];
  credits: { userId: string; type: string; amount: number; createdAt: Date }[];
  appointments: { customerId: string; consultantId: string | null; status: string; startsAt: Date }[];
  conversations: { id: string; customerId: string }[];
};

/** The same numbers every time. */
export function dice(seed: number) {
  let state = seed;
  const below = (n: number): number => {
    state = (state * 48271) % 2147483647;
    return state % n;
  };
  const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
  return { below, one, maybe: <T>(value: T): T | null => (below(3) === 0 ? null : value) };
}

const HOUR_MS = 3_600_000;

/** Three months of business, most of it around the edges of one of them. */
export async function fillBusiness({ ctx, acme }: World, from: Date, seed = 5): Promise<Business> {
  const hand = dice(seed);
  const { below, one, maybe } = hand;
  const colleague = newId();
  await ctx.db.execute(
    sql`insert into users (id, name, email) values (${colleague}, 'Işıl Şahin', 'isil@example.com')`,
  );
  await ctx.db.execute(
    sql`insert into members (user_id, organization_id, role) values (${colleague}, ${acme.organizationId}, 'consultant')`,
  );
  await ctx.db.execute(
    sql`insert into credit_accounts (user_id, organization_id) values (${colleague}, ${acme.organizationId})`,
  );
  const users = [acme.userId, colleague];
  const anyTime = () => new Date(from.getTime() + (below(24 * 92) - 24 * 31) * HOUR_MS + one([0, 0, -1, 1, 1_234_567]));
  const customers = Array.from({ length: 120 }, () => ({
    id: newId(),
    consultantId: maybe(one(users)),
    source: one([null, 'Instagram', 'Web formu', 'Fuar']),
    createdAt: anyTime(),
    contacted: below(2) === 0,
  }));
  const conversations = customers.slice(0, 40).map(({ id }) => ({ id: newId(), customerId: id }));
  const messages = dealMessages(hand, conversations, users, anyTime);
  const mails = Array.from({ length: 200 }, () => ({
    userId: one(users),
    sentAt: maybe(anyTime()),
    deliveredAt: maybe(anyTime()),
    openedAt: maybe(anyTime()),
    clickedAt: maybe(anyTime()),
    bouncedAt: maybe(anyTime()),
    unsubscribedAt: maybe(anyTime()),
  }));
  const sms = Array.from({ length: 80 }, () => ({
    userId: one(users),
    status: one(['delivered', 'sent', 'failed']),
    sentAt: maybe(anyTime()),
  }));
  const credits = Array.from({ length: 60 }, () => {
    const type = one(['top-up', 'campaign', 'message', 'refund', 'adjustment']);
    const amount = below(500) + 1;
    return {
      userId: one(users),
      type,
      amount: ['campaign', 'message'].includes(type) ? -amount : amount,
      createdAt: anyTime(),
    };
  });
  const appointments = Array.from({ length: 90 }, () => ({
    customerId: one(customers).id,
    consultantId: maybe(one(users)),
    status: one(['requested', 'approved', 'declined', 'cancelled', 'done', 'no-show']),
    startsAt: anyTime(),
  }));
  const business = { users, customers, messages, mails, sms, credits, appointments, conversations };
  await store({ ctx, acme }, business);
  return business;
}

function dealMessages(
  { below, one }: ReturnType<typeof dice>,
  conversations: Business['conversations'],
  users: string[],
  anyTime: () => Date,
): Business['messages'] {
  const answered = Array.from({ length: 12 }, newId);
  return Array.from({ length: 900 }, () => {
    const chat = below(3) > 0;
    const direction = chat ? one(['in', 'out'] as const) : 'out';
    const saidAt = chat ? anyTime() : null;
    const sentAt = direction === 'out' && below(8) > 0 ? (saidAt ?? anyTime()) : null;
    return {
      id: newId(),
      conversationId: chat ? one(conversations).id : null,
      userId: one(users),
      direction,
      status:
        direction === 'in' ? 'received' : sentAt ? one(['sent', 'delivered', 'read', 'played', 'failed']) : 'queued',
      kind: chat && below(12) === 0 ? 'reaction' : 'text',
      typedOnPhone: chat && direction === 'out' && below(5) === 0,
      saidAt,
      sentAt,
      answers: direction === 'in' && below(3) === 0 ? one(answered) : null,
    };
  });
}

async function store({ ctx, acme }: Pick<World, 'ctx' | 'acme'>, b: Business): Promise<void> {
  const org = acme.organizationId;
  const rows = (of: unknown[]) => sql`jsonb_to_recordset(${JSON.stringify(of)}::jsonb)`;
  const instance = newId();
  await ctx.db.execute(sql`
    insert into customers (id, organization_id, first_name, source, consultant_id, created_at, last_contacted_at)
    select r.id, ${org}, 'Ad', r.source, r."consultantId", r."createdAt", case when r.contacted then r."createdAt" end
    from ${rows(b.customers)} r(id uuid, source text, "consultantId" uuid, "createdAt" timestamptz, contacted boolean)`);
  await ctx.db.execute(sql`
    insert into conversations (id, organization_id, instance_id, customer_id, last_message_at, last_inbound_at)
    select r.id, ${org}, ${instance}, r."customerId", now(), (select max((m->>'saidAt')::timestamptz) from jsonb_array_elements(${JSON.stringify(b.messages)}::jsonb) m
      where m->>'conversationId' = r.id::text and m->>'direction' = 'in')
    from ${rows(b.conversations)} r(id uuid, "customerId" uuid)`);
  await ctx.db.execute(sql`
    insert into messages (id, organization_id, user_id, instance_id, conversation_id, direction, status, kind, typed_on_phone, address, said_at, sent_at,
      answers_recipient_id)
    select r.id, ${org}, r."userId", ${instance}, r."conversationId", r.direction, r.status, r.kind, r."typedOnPhone", '+905320000000', r."saidAt", r."sentAt",
      r.answers
    from ${rows(b.messages)} r(id uuid, "userId" uuid, "conversationId" uuid, direction text, status text, kind text, "typedOnPhone" boolean,
      "saidAt" timestamptz, "sentAt" timestamptz, answers uuid)`);
  for (const userId of b.users) {
    const campaign = newId();
    await ctx.db.execute(sql`insert into campaigns (id, organization_id, user_id, channel, name, plan, messages_per_recipient, audience, start_at, started_at)
      values (${campaign}, ${org}, ${userId}, 'email', 'Bülten', '[]', 1, '{}', now(), '2020-01-01T00:00:00Z')`);
    await ctx.db.execute(sql`
      insert into campaign_recipients (organization_id, campaign_id, customer_id, position, name, address, status, batch, sent_at, delivered_at, opened_at,
        clicked_at, bounced_at, unsubscribed_at)
      select ${org}, ${campaign}, c.id, r.n, 'A', r.n || '@example.com', 'sent', 0, r."sentAt", r."deliveredAt", r."openedAt", r."clickedAt", r."bouncedAt",
        r."unsubscribedAt"
      from (select *, row_number() over () as n from ${rows(b.mails.filter((mail) => mail.userId === userId).slice(0, 120))} x("sentAt" timestamptz,
        "deliveredAt" timestamptz, "openedAt" timestamptz, "clickedAt" timestamptz, "bouncedAt" timestamptz, "unsubscribedAt" timestamptz)) r
      join (select id, row_number() over (order by id) as n from customers where organization_id = ${org}) c on c.n = r.n`);
  }
  await ctx.db.execute(sql`
    insert into sms_messages (organization_id, user_id, phone, body, purpose, encoding, segments, status, due_at, not_after_at, sent_at)
    select ${org}, r."userId", '', '', 'message', 'gsm7', 1, r.status, now(), now(), r."sentAt"
    from ${rows(b.sms)} r("userId" uuid, status text, "sentAt" timestamptz)`);
  await ctx.db.execute(sql`
    insert into credit_transactions (organization_id, user_id, type, amount_credits, balance_after_credits, sequence, created_at)
    select ${org}, r."userId", r.type, r.amount, 0, 1000 + row_number() over (), r."createdAt"
    from ${rows(b.credits)} r("userId" uuid, type text, amount bigint, "createdAt" timestamptz)`);
  await ctx.db.execute(sql`
    insert into appointments (organization_id, customer_id, title, consultant_id, starts_at, ends_at, time_zone, status, status_changed_at, status_by_type,
      created_by_type)
    select ${org}, r."customerId", 'Görüşme', null, r."startsAt", r."startsAt" + interval '1 hour', 'Europe/Istanbul', r.status, now(), 'user', 'user'
    from ${rows(b.appointments)} r("customerId" uuid, "startsAt" timestamptz, status text)`);
}
