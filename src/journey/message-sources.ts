import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { visibleSql } from '#src/conversations/visible-sql.ts';
import type { TimelineSource } from './timeline-source.ts';

/** So much of a text is shown; the rest is where it was said. */
const SHOWN = 500;

/** A consultant sees campaigns of his own. */
const ownCampaign = (ctx: OrgContext, id: SQL): SQL =>
  ctx.role === 'owner'
    ? sql`true`
    : sql`exists (select from campaigns o where o.id = ${id} and o.user_id = ${ctx.userId}::uuid)`;

/** What was said, both ways: through the conversations of the customer that the caller may see, each by its own index. */
const spoken = (ctx: OrgContext): TimelineSource => ({
  name: 'message',
  kind: 'message',
  channels: ['whatsapp'],
  owners: (ids) => sql`(select c.customer_id as id, c.id as conversation_id from conversations c
    where c.customer_id = any(${sql.param(ids)}::uuid[]) and ${visibleSql(ctx)}) as c`,
  from: sql`messages m`,
  where: sql`m.conversation_id = c.conversation_id`,
  at: sql`m.said_at`,
  id: sql`m.id`,
  columns: sql`m.direction, m.kind, left(m.body, ${SHOWN}) as body, m.status, m.status_reason, m.sent_at, m.delivered_at, m.read_at,
    m.edited_at, m.recalled_at, m.typed_on_phone, m.user_id, m.conversation_id, m.answers_campaign_id`,
  joins: sql`left join campaigns g on g.id = k.answers_campaign_id`,
  event: sql`case when k.kind = 'reaction' then 'message.reaction' when k.direction = 'out' then 'message.sent'
    when k.answers_campaign_id is not null then 'message.replied' else 'message.received' end`,
  ofCampaign: (campaignId) => sql`m.answers_campaign_id = ${campaignId}::uuid`,
  actorType: sql`case when k.direction = 'in' then 'customer' else 'user' end`,
  actorId: sql`case when k.direction = 'out' then k.user_id end`,
  data: sql`jsonb_build_object('messageId', k.row_id, 'conversationId', k.conversation_id, 'direction', k.direction, 'kind', k.kind,
    'text', k.body, 'status', k.status, 'statusReason', k.status_reason, 'sentAt', k.sent_at, 'deliveredAt', k.delivered_at,
    'readAt', k.read_at, 'editedAt', k.edited_at, 'recalledAt', k.recalled_at, 'typedOnPhone', k.typed_on_phone,
    'campaignId', k.answers_campaign_id, 'campaign', g.name)`,
});

/** A campaign over WhatsApp: one entry, when its first message went out. */
const campaign = (ctx: OrgContext): TimelineSource => ({
  name: 'campaign',
  kind: 'campaign',
  channels: ['whatsapp'],
  from: sql`messages m`,
  where: sql`m.customer_id = c.id and m.campaign_id is not null and m.sent_at is not null and m.part = 1
    and ${ownCampaign(ctx, sql`m.campaign_id`)}`,
  at: sql`m.sent_at`,
  id: sql`m.id`,
  columns: sql`m.campaign_id, m.recipient_id`,
  joins: sql`join campaigns g on g.id = k.campaign_id
    join campaign_recipients q on q.id = k.recipient_id
    cross join lateral (select max(p.delivered_at) as delivered_at, max(p.read_at) as read_at,
      left(string_agg(p.body, e'\n' order by p.part), ${SHOWN}) as body from messages p where p.recipient_id = k.recipient_id) as w`,
  event: sql`'campaign.sent'`,
  ofCampaign: (campaignId) => sql`m.campaign_id = ${campaignId}::uuid`,
  actorType: sql`'user'`,
  actorId: sql`g.user_id`,
  data: sql`jsonb_build_object('campaignId', k.campaign_id, 'campaign', g.name, 'recipientId', k.recipient_id, 'text', w.body,
    'status', q.status, 'statusReason', q.status_reason, 'deliveredAt', w.delivered_at, 'readAt', w.read_at, 'repliedAt', q.replied_at,
    'spentCredits', q.spent_credits)`,
});

/** SMS are for somebody in particular; campaigns by SMS there are none. */
const sms = (): TimelineSource => ({
  name: 'sms',
  kind: 'sms',
  channels: ['sms'],
  from: sql`sms_messages m`,
  where: sql`m.customer_id = c.id`,
  at: sql`m.created_at`,
  id: sql`m.id`,
  columns: sql`left(m.body, ${SHOWN}) as body, m.purpose, m.status, m.status_reason, m.segments, m.sent_at, m.delivered_at, m.user_id`,
  event: sql`case when k.status in ('failed', 'skipped', 'cancelled') then 'sms.' || k.status else 'sms.sent' end`,
  actorType: sql`'user'`,
  actorId: sql`k.user_id`,
  data: sql`jsonb_build_object('smsId', k.row_id, 'text', k.body, 'purpose', k.purpose, 'status', k.status, 'statusReason',
    k.status_reason, 'segments', k.segments, 'sentAt', k.sent_at, 'deliveredAt', k.delivered_at)`,
});

const recipient = (ctx: OrgContext, name: string, event: string, column: string, condition: SQL): TimelineSource => ({
  name,
  kind: event.startsWith('mail.') ? 'mail' : 'campaign',
  channels: ['email'],
  from: sql`campaign_recipients q`,
  where: sql`q.customer_id = c.id and ${condition} and ${ownCampaign(ctx, sql`q.campaign_id`)}`,
  at: sql`q.${sql.identifier(column)}`,
  id: sql`q.id`,
  columns: sql`q.campaign_id, q.status, q.status_reason, q.delivered_at, q.opened_at, q.clicked_at, q.bounced_at`,
  joins: sql`join campaigns g on g.id = k.campaign_id left join email_contents l on l.id = g.email_content_id`,
  event: sql`${event}::text`,
  channel: sql`g.channel`,
  ofCampaign: (campaignId) => sql`q.campaign_id = ${campaignId}::uuid`,
  actorType: event.startsWith('mail.') ? sql`'customer'` : sql`'user'`,
  actorId: event.startsWith('mail.') ? sql`null` : sql`g.user_id`,
  data: sql`jsonb_build_object('campaignId', k.campaign_id, 'campaign', g.name, 'recipientId', k.row_id, 'subject', l.subject,
    'status', k.status, 'statusReason', k.status_reason, 'deliveredAt', k.delivered_at, 'openedAt', k.opened_at,
    'clickedAt', k.clicked_at, 'bouncedAt', k.bounced_at)`,
});

/** Which link: the first that a person clicked. */
const clicked = (ctx: OrgContext): TimelineSource => {
  const source = recipient(ctx, 'clicked', 'mail.clicked', 'clicked_at', sql`q.clicked_at is not null`);
  return {
    ...source,
    joins: sql`${source.joins} left join lateral (select h.link from email_hits h where h.recipient_id = k.row_id and h.link > 0
      and h.automated is null order by h.hit_at limit 1) as h on true`,
    data: sql`${source.data} || jsonb_build_object('url', l.links[h.link])`,
  };
};

const notNull = (column: string): SQL => sql`q.${sql.identifier(column)} is not null`;

/** Everything that went to the customer or came from him by itself. */
export const messageSources = (ctx: OrgContext): TimelineSource[] => [
  spoken(ctx),
  campaign(ctx),
  sms(),
  recipient(ctx, 'mailed', 'campaign.sent', 'sent_at', sql`q.batch is not null and q.sent_at is not null`),
  {
    ...recipient(ctx, 'failed', 'campaign.failed', 'updated_at', sql`q.status = 'failed'`),
    channels: ['whatsapp', 'email'],
    ofChannel: (channel) => (channel === 'email' ? sql`q.batch is not null` : sql`q.batch is null`),
  },
  recipient(ctx, 'opened', 'mail.opened', 'opened_at', notNull('opened_at')),
  clicked(ctx),
  recipient(ctx, 'bounced', 'mail.bounced', 'bounced_at', notNull('bounced_at')),
  recipient(ctx, 'complained', 'mail.complained', 'complained_at', notNull('complained_at')),
  recipient(ctx, 'unsubscribed', 'mail.unsubscribed', 'unsubscribed_at', notNull('unsubscribed_at')),
];
