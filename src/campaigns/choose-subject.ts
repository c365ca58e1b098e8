import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction, type OrgContext } from '#src/context.ts';
import { decideSubject } from '#src/emails/decide-subject.ts';
import { Problem } from '#src/platform/problem.ts';
import { hasEnded } from './campaign.ts';
import { lockCampaign } from './lock-campaign.ts';
import { publishProgress } from './publish-moves.ts';

/** A person chooses the subject that everybody who waits gets. 409 when there is no test, or it was decided. */
export const chooseSubject = (ctx: OrgContext, campaignId: string, winner: 0 | 1): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const campaign = await lockCampaign(ctx, campaignId);
    const open = campaign.channel === 'email' && !hasEnded(campaign.status);
    if (!open || (await decideSubject(ctx, campaignId, winner)) === null)
      throw new Problem('conflict', {
        detail: { en: 'No subject test waits for a decision', tr: 'Karar bekleyen bir konu testi yok' },
      });
    await noteWinner(ctx, campaignId, winner);
  });

/** Decides the subject tests whose time has come. Answers how many. */
export async function decideSubjects(ctx: AppContext): Promise<number> {
  const due = await ctx.db.execute<{ id: string; organization_id: string; user_id: string }>(sql`
    select c.id, c.organization_id, c.user_id from subject_tests t join campaigns c on c.id = t.campaign_id
    where t.winner is null and t.decide_at <= ${ctx.clock.now().toISOString()}::timestamptz and c.status in ('pending', 'running', 'paused') limit 100`);
  for (const { id, organization_id: organizationId, user_id: userId } of due)
    await decideDue(actFor(ctx, { organizationId, userId }), id);
  return due.length;
}

const decideDue = (ctx: OrgContext, campaignId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    await lockCampaign(ctx, campaignId);
    const winner = await decideSubject(ctx, campaignId);
    if (winner !== null) await noteWinner(ctx, campaignId, winner);
  });

async function noteWinner(ctx: OrgContext, campaignId: string, winner: 0 | 1): Promise<void> {
  await recordActivity(ctx, {
    verb: 'campaigns.choose-subject',
    subjectType: 'campaign',
    subjectId: campaignId,
    details: { winner: winner === 0 ? 'first' : 'second' },
  });
  await publishProgress(ctx, [campaignId]);
}
