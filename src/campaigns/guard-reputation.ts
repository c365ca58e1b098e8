import { sql } from 'drizzle-orm';
import { findCorrespondent } from '#src/accounts/find-correspondent.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { queueMail } from '#src/mails/queue-mail.ts';
import { readPlatformSettings } from '#src/settings/read-platform-settings.ts';
import { publishProgress } from './publish-moves.ts';

type Halted = {
  id: string;
  name: string;
  user_id: string;
  organization_id: string;
  status_reason: string;
  mails: number;
  bounced: number;
  complained: number;
};

/** One person is no rate. */
const FEWEST_COMPLAINTS = 2;
/** There is nobody there: what bounced for good, and what was refused as no address at all. */
const HARD = sql`('bounced', 'invalid-address')`;

/**
 * Pauses those of the email campaigns that run whose mails bounce or are complained of more often than the platform allows, and tells their
 * users: carriers close an account for that. Resumed by a person, a campaign is judged by the mails that follow.
 */
export async function guardReputation(ctx: AppContext, campaignIds: string[]): Promise<void> {
  if (campaignIds.length === 0) return;
  const { mailGuard } = await readPlatformSettings(ctx);
  await inTransaction(ctx, async (ctx) => {
    const halted = await halt(ctx, campaignIds, mailGuard);
    for (const campaign of halted) await tell(ctx, campaign);
    if (halted.length > 0)
      await publishProgress(
        ctx,
        halted.map(({ id }) => id),
      );
  });
}

const halt = (
  ctx: AppContext,
  campaignIds: string[],
  {
    minimumMails,
    bouncePercent,
    complaintPercent,
  }: { minimumMails: number; bouncePercent: number; complaintPercent: number },
): Promise<Halted[]> =>
  ctx.db.execute<Halted>(sql`
    with counted as (
      select c.id, p.sent_count + p.delivered_count + p.read_count as reached,
        (select count(*)::int from campaign_recipients r where r.campaign_id = c.id and r.status = 'failed' and r.status_reason in ${HARD}) as bounced,
        (select count(*)::int from campaign_recipients r where r.campaign_id = c.id and r.complained_at is not null) as complained
      from campaigns c join campaign_progress p on p.campaign_id = c.id
      where c.id = any(${sql.param(campaignIds)}::uuid[]) and c.channel = 'email' and c.status = 'running' and p.queued_count > 0
        and p.sent_count + p.delivered_count + p.read_count + p.failed_count >= ${minimumMails}::int
    ), judged as (
      select counted.*, reached + bounced - coalesce((c.reputation_mark ->> 'mails')::int, 0) as mails,
        bounced - coalesce((c.reputation_mark ->> 'bounced')::int, 0) as new_bounced,
        complained - coalesce((c.reputation_mark ->> 'complained')::int, 0) as new_complained
      from counted join campaigns c on c.id = counted.id
    )
    update campaigns c set status = 'paused', next_run_at = null, updated_at = ${ctx.clock.now().toISOString()}::timestamptz,
      status_reason = case when new_bounced * 100.0 > ${bouncePercent}::float * mails then 'too-many-bounces' else 'too-many-complaints' end,
      reputation_mark = jsonb_build_object('mails', reached + bounced, 'bounced', bounced, 'complained', complained)
    from judged j where c.id = j.id and c.status = 'running' and mails >= ${minimumMails}::int
      and (new_bounced * 100.0 > ${bouncePercent}::float * mails
        or (new_complained >= ${FEWEST_COMPLAINTS} and new_complained * 100.0 > ${complaintPercent}::float * mails))
    returning c.id, c.name, c.user_id, c.organization_id, c.status_reason, mails, new_bounced as bounced, new_complained as complained`);

async function tell(ctx: AppContext, campaign: Halted): Promise<void> {
  const { id, name, mails, bounced, complained, user_id: userId, organization_id: organizationId } = campaign;
  await recordActivity(actFor(ctx, { organizationId, userId }), {
    verb: 'campaigns.pause',
    subjectType: 'campaign',
    subjectId: id,
    details: { reason: campaign.status_reason, mails, bounced, complained },
  });
  const person = await findCorrespondent(ctx, { userId });
  if (!person) return;
  const { language, email: address } = person;
  const data = { campaign: name, mails, bounced, complained };
  await queueMail(ctx, { kind: 'campaign-paused', organizationId: person.organizationId, language, address, data });
}
