import { eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { delayFloorOf } from '#src/settings/delay-floor.ts';
import { readPlatformSettings } from '#src/settings/read-platform-settings.ts';
import {
  applyChange,
  defaultSettings,
  requireDelay,
  requireInside,
  requireWindow,
  type Settings,
  type SettingsChange,
} from './settings.ts';

/**
 * Changes the caller's own settings; what is undefined stays. The window is checked against the platform's only when it
 * is part of the change, so an admin who narrows the platform's window locks nobody out of his language or pace.
 */
export async function changeSettings(ctx: OrgContext, change: SettingsChange): Promise<Settings> {
  return inTransaction(ctx, async (ctx) => {
    const current = await lockSettings(ctx);
    const settings = applyChange(current, {
      ...change,
      pacing: change.pacing && applyChange(current.pacing, change.pacing),
    });
    if (change.windowStartMinute !== undefined || change.windowEndMinute !== undefined || change.windowDays) {
      requireWindow(settings);
      requireInside(settings, await readPlatformSettings(ctx));
    }
    if (change.delayMinSeconds !== undefined || change.delayMaxSeconds !== undefined)
      requireDelay(settings, delayFloorOf(ctx, await readPlatformSettings(ctx)));
    const [saved] = await ctx.db
      .update(userSettings)
      .set({ ...settings, updatedAt: ctx.clock.now() })
      .where(eq(userSettings.userId, ctx.userId))
      .returning();
    const changes = changesOf(current, saved!, Object.keys(defaultSettings) as (keyof Settings)[]);
    await recordActivity(ctx, { verb: 'settings.change', subjectType: 'user', subjectId: ctx.userId, changes });
    return saved!;
  });
}

/** The row as it is now, made if there is none, and kept as it is until the transaction ends. */
async function lockSettings(ctx: OrgContext): Promise<typeof userSettings.$inferSelect> {
  await ctx.db
    .insert(userSettings)
    .values({ userId: ctx.userId, organizationId: ctx.organizationId, updatedAt: ctx.clock.now() })
    .onConflictDoNothing();
  const [row] = await ctx.db.select().from(userSettings).where(eq(userSettings.userId, ctx.userId)).for('update');
  return row!;
}
