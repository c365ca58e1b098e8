import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { pauseCampaignsOf } from '#src/campaigns/pause-campaigns-of.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { apiKeys, sessions, users } from '#src/db/schema/accounts.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { lockUser } from './lock-user.ts';
import { requireAdmin } from './require-admin.ts';

export type Ban = {
  userId: string;
  reason: string;
  /** Null: until it is lifted. */
  until: Date | null;
};

/**
 * Shuts a user out: his sessions and API keys are gone, his campaigns pause, and no message of his that has not left yet will.
 * One that is on the wire ends by itself. Of a banned user, reason and end are renewed. 409 for oneself and other admins.
 */
export async function banUser(ctx: OrgContext, { userId, reason, until }: Ban): Promise<void> {
  requireAdmin(ctx);
  if (until && until <= ctx.clock.now())
    throw invalid('until', { en: 'Must be in the future', tr: 'Gelecekte olmalı' });
  await inTransaction(ctx, async (ctx) => {
    const { user, theirs } = await lockUser(ctx, userId);
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
    await recordActivity(theirs, { verb: 'admin.ban', subjectType: 'user', subjectId: userId, details });
    await publishLiveEvent(theirs, { type: 'user.banned', data: { userId, until: details.until } });
  });
}
