import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { ANSWER_WITHIN_DAYS } from './figures.ts';
import type { Period } from './period.ts';

type Scope = { ctx: Pick<OrgContext, 'organizationId'>; period: Pick<Period, 'from' | 'to'> };

export const instantSql = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;
const within = (column: SQL, { from, to }: Scope['period']): SQL =>
  sql`${column} >= ${instantSql(from)} and ${column} < ${instantSql(to)}`;

/** One row for everybody (`everybody` is 1), and one for each person; nobody's have no `user_id`. */
const byPerson = (person: SQL): SQL => sql`group by grouping sets ((), (${person}))`;
const heads = (person: SQL): SQL => sql`${person} as user_id, grouping(${person}) as everybody`;

const customers = ({ ctx, period }: Scope): SQL => sql`
  select ${heads(sql`c.consultant_id`)}, count(*) as "customersWon" from customers c
  where c.organization_id = ${ctx.organizationId}::uuid and c.merged_into_id is null and ${within(sql`c.created_at`, period)}
  ${byPerson(sql`c.consultant_id`)}`;

/** What was sent through us: what its owner typed on the phone is in the chat's figures only. */
const whatsapp = ({ ctx, period }: Scope): SQL => sql`
  select ${heads(sql`m.user_id`)}, count(*) as "whatsappSent",
    count(*) filter (where m.status in ('delivered', 'read', 'played')) as "whatsappDelivered",
    count(*) filter (where m.status in ('read', 'played')) as "whatsappRead",
    count(*) filter (where m.status = 'failed') as "whatsappFailed"
  from messages m
  where m.organization_id = ${ctx.organizationId}::uuid and m.direction = 'out' and not m.typed_on_phone and ${within(sql`m.sent_at`, period)}
  ${byPerson(sql`m.user_id`)}`;

/** `replied`: recipients of campaigns whose answer came. */
const received = ({ ctx, period }: Scope): SQL => sql`
  select ${heads(sql`m.user_id`)}, count(*) as "messagesReceived", count(distinct m.answers_recipient_id) as "whatsappReplied"
  from messages m
  where m.organization_id = ${ctx.organizationId}::uuid and m.direction = 'in' and m.kind <> 'reaction' and ${within(sql`m.said_at`, period)}
  ${byPerson(sql`m.user_id`)}`;

/** Through the campaigns that were under way: their recipients are found by campaign. */
const mails = ({ ctx, period }: Scope): SQL => sql`
  select ${heads(sql`g.user_id`)}, count(*) as "emailSent", count(q.delivered_at) as "emailDelivered", count(q.opened_at) as "emailOpened",
    count(q.clicked_at) as "emailClicked", count(q.bounced_at) as "emailBounced", count(q.unsubscribed_at) as "emailUnsubscribed"
  from campaigns g join campaign_recipients q on q.campaign_id = g.id
  where g.organization_id = ${ctx.organizationId}::uuid and g.channel = 'email' and g.started_at < ${instantSql(period.to)}
    and (g.ended_at is null or g.ended_at >= ${instantSql(period.from)}) and ${within(sql`q.sent_at`, period)}
  ${byPerson(sql`g.user_id`)}`;

const sms = ({ ctx, period }: Scope): SQL => sql`
  select ${heads(sql`m.user_id`)}, count(*) as "smsSent", count(*) filter (where m.status = 'delivered') as "smsDelivered",
    count(*) filter (where m.status = 'failed') as "smsFailed"
  from sms_messages m where m.organization_id = ${ctx.organizationId}::uuid and ${within(sql`m.sent_at`, period)}
  ${byPerson(sql`m.user_id`)}`;

const campaigns = ({ ctx, period }: Scope): SQL => sql`
  select ${heads(sql`g.user_id`)}, count(*) as "campaigns" from campaigns g
  where g.organization_id = ${ctx.organizationId}::uuid and ${within(sql`g.started_at`, period)} ${byPerson(sql`g.user_id`)}`;

/** As the statement has it: a campaign's in the month in which it ended; refunds taken off. */
const credits = ({ ctx, period }: Scope): SQL => sql`
  select ${heads(sql`t.user_id`)}, coalesce(sum(t.amount_credits) filter (where t.type = 'top-up'), 0) as "creditsToppedUp",
    coalesce(-sum(t.amount_credits) filter (where t.type in ('campaign', 'message', 'refund')), 0) as "creditsSpent"
  from credit_transactions t where t.organization_id = ${ctx.organizationId}::uuid and ${within(sql`t.created_at`, period)}
  ${byPerson(sql`t.user_id`)}`;

/** Of those that were to be in the period; what was declined was never agreed. */
const appointments = ({ ctx, period }: Scope): SQL => sql`
  select ${heads(sql`a.consultant_id`)}, count(*) as "appointmentsPlanned", count(*) filter (where a.status = 'done') as "appointmentsKept",
    count(*) filter (where a.status = 'no-show') as "appointmentsMissed",
    count(*) filter (where a.status = 'cancelled') as "appointmentsCancelled"
  from appointments a
  where a.organization_id = ${ctx.organizationId}::uuid and a.deleted_at is null and a.status <> 'declined' and ${within(sql`a.starts_at`, period)}
  ${byPerson(sql`a.consultant_id`)}`;

/** Something that somebody said: no reaction, no automatic answer, and nothing of ours that never left. */
const said = (m: SQL): SQL =>
  sql`${m}.kind <> 'reaction' and ${m}.purpose is null and (${m}.direction = 'in' or ${m}.sent_at is not null)`;

/**
 * The chat's first responses. Somebody begins to wait with the first message that he writes after our last one; the answer is the next
 * that we write in the same conversation, on whichever device. Counted in the period in which he began to wait; the answer may come
 * later. It is the figure of who answered; what nobody answered is that of the number's owner.
 */
const chat = ({ ctx, period }: Scope): SQL => sql`
  with spoken as (
    select m.id, m.conversation_id, m.direction, m.said_at, m.user_id,
      lag(m.direction) over (partition by m.conversation_id order by m.said_at, m.id) as before
    from messages m
    where m.organization_id = ${ctx.organizationId}::uuid and ${within(sql`m.said_at`, period)} and ${said(sql`m`)}
  ), asked as (
    select s.* from spoken s
    left join lateral (
      select p.direction from messages p
      where s.before is null and p.conversation_id = s.conversation_id and (p.said_at, p.id) < (s.said_at, s.id) and ${said(sql`p`)}
      order by p.said_at desc, p.id desc limit 1) as earlier on true
    where s.direction = 'in' and coalesce(s.before, earlier.direction, 'out') = 'out'
  ), answered as (
    select coalesce(r.user_id, a.user_id) as user_id, extract(epoch from r.said_at - a.said_at)::float8 as seconds
    from asked a left join lateral (
      select o.said_at, o.user_id from messages o
      where o.conversation_id = a.conversation_id and o.direction = 'out' and (o.said_at, o.id) > (a.said_at, a.id)
        and o.said_at <= a.said_at + ${ANSWER_WITHIN_DAYS}::integer * interval '1 day' and ${said(sql`o`)}
      order by o.said_at, o.id limit 1) as r on true
  )
  select ${heads(sql`w.user_id`)}, count(*) as "chatAsked", count(w.seconds) as "chatAnswered",
    percentile_cont(0.5) within group (order by w.seconds) as "chatMedianSeconds",
    percentile_cont(0.9) within group (order by w.seconds) as "chatP90Seconds"
  from answered w ${byPerson(sql`w.user_id`)}`;

/** Every figure in a few statements, each one walk over an index of the period. */
export const figureQueries = [
  customers,
  whatsapp,
  received,
  mails,
  sms,
  campaigns,
  credits,
  appointments,
  chat,
] satisfies ((scope: Scope) => SQL)[];
