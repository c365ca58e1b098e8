import { eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireOwner } from '#src/accounts/require-owner.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { type EmailWindow, organizations } from '#src/db/schema/accounts.ts';
import { requireWindow } from './settings.ts';

/** Sets the hours in which the organization's marketing mail goes out; null: at any time. Owner only. */
export async function changeEmailWindow(ctx: OrgContext, window: EmailWindow | null): Promise<void> {
  requireOwner(ctx);
  if (window)
    requireWindow({
      windowStartMinute: window.startMinute,
      windowEndMinute: window.endMinute,
      windowDays: window.days,
    });
  await inTransaction(ctx, async (ctx) => {
    const which = eq(organizations.id, ctx.organizationId);
    const [before] = await ctx.db.select().from(organizations).where(which).for('no key update');
    await ctx.db.update(organizations).set({ emailWindow: window }).where(which);
    await recordActivity(ctx, {
      verb: 'settings.change-email-window',
      subjectType: 'organization',
      subjectId: ctx.organizationId,
      changes: changesOf(before!, { emailWindow: window }, ['emailWindow']),
    });
  });
}
