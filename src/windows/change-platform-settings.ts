import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { platformSettings } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import {
  applyChange,
  defaultPlatformWindow,
  type PlatformWindow,
  requireWindow,
  type WindowChange,
} from './settings.ts';

/**
 * A platform admin changes the general sending window; what is undefined stays. Users' own windows are not rewritten:
 * from the next message on they are cut to it (readSendingRules).
 */
export async function changePlatformSettings(ctx: OrgContext, change: WindowChange): Promise<PlatformWindow> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    await ctx.db
      .insert(platformSettings)
      .values({ id: 1, ...defaultPlatformWindow, updatedAt: now })
      .onConflictDoNothing();
    const [current] = await ctx.db.select().from(platformSettings).where(eq(platformSettings.id, 1)).for('update');
    const window = applyChange(current!, { ...change, updatedAt: now });
    requireWindow(window);
    await ctx.db.update(platformSettings).set(window).where(eq(platformSettings.id, 1));
    const { windowStartMinute, windowEndMinute, windowDays } = window;
    const details = { windowStartMinute, windowEndMinute, windowDays };
    await recordActivity(ctx, { verb: 'platform-settings.change', subjectType: 'platform', details });
    return window;
  });
}
