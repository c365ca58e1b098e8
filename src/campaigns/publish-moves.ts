import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { announceLive } from '#src/live/announce-live.ts';
import type { MovedMessage } from '#src/messages/apply-acks.ts';

/** Tells front ends which messages moved, single ones with their conversation, and how their campaigns stand now. */
export async function publishMoves(ctx: AppContext, moved: MovedMessage[]): Promise<void> {
  const given = moved.map(({ id, organizationId, campaignId, recipientId, status }) => ({
    organization: organizationId,
    data: { messageId: id, campaignId, recipientId, status },
  }));
  await ctx.db.execute(sql`
    insert into live_events (organization_id, type, data, created_at)
    select organization, 'message.status-changed', data || case when data ->> 'campaignId' is null
      then jsonb_build_object('conversationId', (select conversation_id from messages where id = (data ->> 'messageId')::uuid)) else '{}' end, ${ctx.clock.now().toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as m(organization uuid, data jsonb)
    union all ${progressOf(ctx, [...new Set(moved.flatMap((message) => message.campaignId ?? []))])}`);
  announceLive(ctx);
}

/** Tells front ends how the campaigns stand. */
export async function publishProgress(ctx: AppContext, campaignIds: string[]): Promise<void> {
  await ctx.db.execute(
    sql`insert into live_events (organization_id, type, data, created_at) ${progressOf(ctx, campaignIds)}`,
  );
  announceLive(ctx);
}

const progressOf = (ctx: AppContext, campaignIds: string[]): SQL => sql`
  select p.organization_id, 'campaign.progress', jsonb_build_object('campaignId', p.campaign_id, 'status', c.status, 'statusReason', c.status_reason,
    'counts', jsonb_build_object('queued', p.queued_count, 'sending', p.sending_count, 'sent', p.sent_count, 'delivered', p.delivered_count,
      'read', p.read_count, 'failed', p.failed_count, 'skipped', p.skipped_count, 'unknown', p.unknown_count)), ${ctx.clock.now().toISOString()}::timestamptz
  from campaign_progress p join campaigns c on c.id = p.campaign_id where p.campaign_id = any(${sql.param(campaignIds)}::uuid[])`;
