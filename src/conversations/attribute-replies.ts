import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

/** A message that came in, as far as it may answer a campaign. */
export type Reply = {
  messageId: string;
  organizationId: string;
  instanceId: string;
  customerId: string | null;
  inReplyTo: string | null;
  saidAt: Date;
};

/** The campaign that a message answers. */
export type Answer = { messageId: string; campaignId: string; recipientId: string; saidAt: Date };

const bulk = sql`m.customer_id = g.customer_id and m.instance_id = g.instance_id and m.campaign_id is not null`;
/** Clocks differ. */
const within = (at: SQL): SQL =>
  sql`${at} <= g.said_at + interval '2 minutes' and ${at} > g.said_at - make_interval(days => o.reply_days)`;

/**
 * Finds and keeps which campaign each message answers: the one whose message it quotes, else the last that was sent to the customer from that
 * number within the organization's days (`replyDays`). Run it once for a message, then `countReplies`.
 */
export async function attributeReplies(ctx: AppContext, replies: Reply[]): Promise<Answer[]> {
  if (replies.length === 0) return [];
  const given = replies.map((reply) => ({
    id: reply.messageId,
    organization_id: reply.organizationId,
    instance_id: reply.instanceId,
    customer_id: reply.customerId,
    quoted: reply.inReplyTo,
    said_at: reply.saidAt.toISOString(),
  }));
  const rows = await ctx.db.execute<{ id: string; campaign_id: string; recipient_id: string }>(sql`
    with found as materialized (
      select g.id, answered.campaign_id, answered.recipient_id
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as g(id uuid, organization_id uuid, instance_id uuid, customer_id uuid, quoted text, said_at timestamptz)
      join organizations o on o.id = g.organization_id
      cross join lateral (
        (select q.campaign_id, q.recipient_id from messages q
          where q.instance_id = g.instance_id and q.provider_message_id = g.quoted and q.campaign_id is not null and q.direction = 'out')
        union all
        (select l.campaign_id, l.recipient_id from (
          (select m.campaign_id, m.recipient_id, m.sent_at as at from messages m
            where ${bulk} and m.sent_at is not null and m.status <> 'failed' and ${within(sql`m.sent_at`)} order by m.sent_at desc limit 1)
          union all
          (select m.campaign_id, m.recipient_id, m.dispatched_at from messages m
            where ${bulk} and m.status in ('sending', 'unknown') and ${within(sql`m.dispatched_at`)} order by m.dispatched_at desc limit 1)
        ) l order by l.at desc limit 1)
        limit 1
      ) answered
    )
    update messages m set answers_campaign_id = f.campaign_id, answers_recipient_id = f.recipient_id from found f where m.id = f.id
    returning m.id, f.campaign_id, f.recipient_id`);
  const byId = new Map(replies.map((reply) => [reply.messageId, reply]));
  return rows.map((row) => ({
    messageId: row.id,
    campaignId: row.campaign_id,
    recipientId: row.recipient_id,
    saidAt: byId.get(row.id)!.saidAt,
  }));
}
