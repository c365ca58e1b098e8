import { and, eq, isNull } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { pauseCampaignsOf } from '#src/campaigns/pause-campaigns-of.ts';
import type { OrgContext } from '#src/context.ts';
import { apiKeys, sessions, users } from '#src/db/schema/accounts.ts';
import { instances } from '#src/db/schema/instances.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { changeUser } from './change-user.ts';
import { stillIntegrationsJob } from './jobs.ts';
import { requireAdmin } from './require-admin.ts';

export type Ban = {
  userId: string;
  reason: string;
  /** Null: until it is lifted. */
  until: Date | null;
};

/**
 * Shuts a user out: his sessions and API keys are gone, his campaigns pause, his integrations end, and no message of his that has not left yet will.
 * One that is on the wire ends by itself. Of a banned user, reason and end are renewed. 409 for oneself and other admins.
 */
export async function banUser(ctx: OrgContext, { userId, reason, until }: Ban): Promise<void> {
  requireAdmin(ctx);
  if (until && until <= ctx.clock.now())
    throw invalid('until', { en: 'Must be in the future', tr: 'Gelecekte olmalı' });
  await changeUser(ctx, userId, async (ctx, { user, theirs }) => {
    if (user.role === 'admin')
      throw new Problem('conflict', {
        detail: { en: 'Platform admins cannot be banned', tr: 'Platform yöneticileri yasaklanamaz' },
      });
    await ctx.db
      .update(users)
      .set({ banned: true, banReason: reason, banExpires: until, updatedAt: ctx.clock.now() })
      .where(eq(users.id, userId));
    await ctx.db.delete(sessions).where(eq(sessions.userId, userId));
    await ctx.db.delete(apiKeys).where(eq(apiKeys.referenceId, userId));
    const paused = await pauseCampaignsOf(ctx, userId, 'user-banned');
    const details = { reason, until: until?.toISOString() ?? null, pausedCampaigns: paused.length };
    const { deletingAt, deletedAt } = instances;
    const living = and(eq(instances.userId, userId), isNull(deletingAt), isNull(deletedAt));
    if ((await ctx.db.$count(instances, living)) > 0) await ctx.jobs.send(stillIntegrationsJob, { userId });
    const after = { banned: true, banReason: reason, banExpires: until };
    const changes = changesOf(user, after, ['banned', 'banReason', 'banExpires']);
    await recordActivity(theirs, { verb: 'admin.ban', subjectType: 'user', subjectId: userId, details, changes });
    await publishLiveEvent(theirs, { type: 'user.banned', data: { userId, until: details.until } });
  });
}
