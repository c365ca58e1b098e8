import { eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import type { OrgContext } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { changeUser } from './change-user.ts';
import { requireAdmin } from './require-admin.ts';

/** Lets a user sign in again. What the ban paused stays paused until he resumes it himself. Nothing happens where there is no ban. */
export async function liftBan(ctx: OrgContext, userId: string): Promise<void> {
  requireAdmin(ctx);
  await changeUser(ctx, userId, async (ctx, { user, theirs }) => {
    if (!user.banned) return;
    await ctx.db
      .update(users)
      .set({ banned: false, banReason: null, banExpires: null, updatedAt: ctx.clock.now() })
      .where(eq(users.id, userId));
    const after = { banned: false, banReason: null, banExpires: null };
    const changes = changesOf(user, after, ['banned', 'banReason', 'banExpires']);
    await recordActivity(theirs, { verb: 'admin.lift-ban', subjectType: 'user', subjectId: userId, changes });
    await publishLiveEvent(theirs, { type: 'user.unbanned', data: { userId } });
  });
}
