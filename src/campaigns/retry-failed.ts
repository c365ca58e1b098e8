import { type SQL, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { type Campaign, requireStatus } from './campaign.ts';
import { lockCampaign } from './lock-campaign.ts';
import { publishProgress } from './publish-moves.ts';
import { reopenCampaign } from './reopen-campaign.ts';
import { requeueMails } from './requeue-mails.ts';

/** Failed by a person's word, not because it is known that nobody got it. */
const UNCERTAIN = 'given-up';
/** Would fail again. */
const HOPELESS = 'not-on-whatsapp';

/**
 * Queues those recipients again whose messages failed and certainly reached nobody, from the part that failed, and holds what
 * they still cost: all of them or, with a 402, none. An ended campaign goes on at once, or when the window opens. A part that
 * went out, or may have, is never sent again.
 */
export const retryFailed = (ctx: OrgContext, campaignId: string, input: { reasons?: string[] }): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    requireStatus(campaign.status, 'retry');
    const recipients =
      campaign.channel === 'email'
        ? await requeueMails(ctx, campaignId, { which: 'failed', reasons: input.reasons })
        : await freeFailed(ctx, campaign, input.reasons);
    if (recipients === 0)
      throw new Problem('conflict', {
        detail: { en: 'Nothing that failed can be sent again', tr: 'Yeniden gönderilebilecek başarısız mesaj yok' },
      });
    const credits = await reopenCampaign(ctx, campaign);
    await recordActivity(ctx, {
      verb: 'campaigns.retry-failed',
      subjectType: 'campaign',
      subjectId: campaignId,
      details: { recipients, credits },
    });
    await publishProgress(ctx, [campaignId]);
  });

/**
 * Messages are taken first, as acks take them: whoever turns out to have got one meanwhile is not among the failed any more.
 * What was refused keeps its id until it goes out anew, so that an ack that comes late can still take it back.
 */
async function freeFailed(ctx: OrgContext, campaign: Campaign, reasons: string[] | undefined): Promise<number> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    select count(*) from (
      select m.id from campaign_recipients r join messages m on m.recipient_id = r.id
      where r.campaign_id = ${campaign.id} and r.status = 'failed' order by m.id for no key update of m
    ) taken`);
  const [freed] = await ctx.db.execute<{ recipients: string }>(sql`
    with again as materialized (${retryable(campaign.id, reasons)}), refused as (
      insert into refused_attempts (instance_id, provider_message_id, message_id, round, created_at)
      select m.instance_id, m.provider_message_id, m.id, m.round, ${now} from again join messages m on m.recipient_id = again.id
      where m.status = 'failed' and m.provider_message_id is not null on conflict do nothing
    ), freed as (
      update messages m set status = 'queued', status_reason = null, attempt = 0, round = m.round + (m.refunded_at is not null)::int,
        dispatched_at = null, reconcile_at = null, reconcile_tries = 0, updated_at = ${now}
      from again where m.recipient_id = again.id and m.status = 'failed'
    ), moved as (
      update campaign_recipients r set status = 'queued', status_reason = null, next_part = again.part, updated_at = ${now}
      from again where r.id = again.id returning r.id
    )
    select count(*) as recipients from moved`);
  return Number(freed!.recipients);
}

/** Failed recipients of whom every failure is certain and asked for, and nothing is on the wire. */
function retryable(campaignId: string, reasons: string[] | undefined): SQL {
  const asked = (reason: SQL) =>
    reasons ? sql`${reason} = any(${sql.param(reasons)}::text[])` : sql`${reason} is distinct from ${HOPELESS}`;
  const certain = sql`(m.captured_at is null or m.refunded_at is not null) and m.status_reason is distinct from ${UNCERTAIN}`;
  return sql`
    select r.id, coalesce(min(m.part) filter (where m.status = 'failed'), r.next_part) as part
    from campaign_recipients r left join messages m on m.recipient_id = r.id
    where r.campaign_id = ${campaignId} and r.status = 'failed'
    group by r.id
    having count(*) filter (where m.status in ('sending', 'unknown')) = 0
      and coalesce(bool_and(${certain} and coalesce(${asked(sql`m.status_reason`)}, false)) filter (where m.status = 'failed'),
        ${asked(sql`r.status_reason`)})`;
}
