import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { platformSettings } from '#src/db/schema/platform.ts';
import { Problem } from '#src/platform/problem.ts';
import {
  applyChange,
  defaultPlatformSettings,
  type PlatformChange,
  type PlatformSettings,
  requireWindow,
} from './settings.ts';

/**
 * A platform admin changes the general sending window, whether new numbers are looked up, or when email campaigns stop; what is undefined stays. Users' own
 * windows are not rewritten: from the next message on they are cut to it (readSendingRules).
 */
export async function changePlatformSettings(ctx: OrgContext, change: PlatformChange): Promise<PlatformSettings> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    await ctx.db
      .insert(platformSettings)
      .values({ id: 1, ...defaultPlatformSettings, updatedAt: now })
      .onConflictDoNothing();
    const [current] = await ctx.db.select().from(platformSettings).where(eq(platformSettings.id, 1)).for('update');
    const settings = applyChange(current!, { ...change, updatedAt: now });
    requireWindow(settings);
    await ctx.db.update(platformSettings).set(settings).where(eq(platformSettings.id, 1));
    const { windowStartMinute, windowEndMinute, windowDays, checkNumbers, mailGuard } = settings;
    const details = { windowStartMinute, windowEndMinute, windowDays, checkNumbers, mailGuard };
    await recordActivity(ctx, { verb: 'platform-settings.change', subjectType: 'platform', details });
    return settings;
  });
}
