import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { platformSettings, platformSettingsVersions } from '#src/db/schema/platform.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { Problem } from '#src/platform/problem.ts';
import { defaultPlatformSettings, type PlatformSettings, settingsOf } from '#src/settings/platform-settings.ts';
import { checkSettings } from './check-settings.ts';
import { type Changes, changesBetween, type PlatformChange, withChange } from './platform-change.ts';
import { presentPlatformSettings } from './present-settings.ts';
import { requireOperator } from './require-operator.ts';

type Terms = {
  /** The version that the change was made of: another has come meanwhile, and it is refused. Undefined: whichever it is. */
  version?: number | undefined;
  /** The version that is brought back. */
  restored?: number;
};

/**
 * Changes what holds for everyone: all of it or, with a 400, nothing. What is undefined stays; a change that changes nothing makes no version. Users'
 * own settings are not rewritten: from the next message on they are cut to these. Throws `version-conflict` with the settings as they are.
 */
export async function changePlatformSettings(
  ctx: OrgContext,
  change: PlatformChange,
  { version, restored }: Terms = {},
): Promise<PlatformSettings> {
  requireOperator(ctx);
  return inTransaction(ctx, async (ctx) => {
    const current = await lockSettings(ctx);
    if (version !== undefined && version !== current.version)
      throw new Problem('version-conflict', { members: { current: presentPlatformSettings(ctx, current) } });
    const settings = withChange(current, change);
    checkSettings(ctx, settings);
    const changes = changesBetween(current, settings);
    if (Object.keys(changes).length === 0) return current;
    const saved = { ...settings, version: current.version + 1, updatedAt: ctx.clock.now() };
    await ctx.db.update(platformSettings).set(saved).where(eq(platformSettings.id, 1));
    await keepVersion(ctx, saved, changes, restored);
    await recordActivity(ctx, {
      verb: restored === undefined ? 'platform-settings.change' : 'platform-settings.restore',
      subjectType: 'platform',
      details: { version: saved.version, ...(restored !== undefined && { restored }) },
      changes,
    });
    await publishLiveEvent(ctx, { type: 'platform-settings.changed', data: { version: saved.version } });
    return saved;
  });
}

/** The row as it is now, made if there is none; what it was before the first change can be brought back too. */
async function lockSettings(ctx: OrgContext): Promise<PlatformSettings> {
  const { updatedAt: _, ...values } = defaultPlatformSettings;
  await ctx.db
    .insert(platformSettings)
    .values({ id: 1, ...values, updatedAt: ctx.clock.now() })
    .onConflictDoNothing();
  const [row] = await ctx.db.select().from(platformSettings).where(eq(platformSettings.id, 1)).for('update');
  const current = settingsOf(row);
  if (current.version === 0) await keepVersion(ctx, current, {});
  return current;
}

async function keepVersion(
  ctx: OrgContext,
  { version, updatedAt: _, ...settings }: PlatformSettings,
  changes: Changes,
  restoredVersion: number | null = null,
): Promise<void> {
  const userId = version === 0 ? null : ctx.userId;
  await ctx.db
    .insert(platformSettingsVersions)
    .values({ version, settings, changes, restoredVersion, userId, createdAt: ctx.clock.now() })
    .onConflictDoNothing();
}
