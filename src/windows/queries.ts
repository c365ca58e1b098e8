import { eq } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { platformSettings } from '#src/db/schema/platform.ts';
import { defaultPlatformSettings, defaultSettings, type PlatformSettings, type Settings } from './settings.ts';

/** The caller's settings, as he set them: the platform's window is not laid over them here. */
export async function readSettings(ctx: OrgContext): Promise<Settings> {
  const [row] = await ctx.db.select().from(userSettings).where(eq(userSettings.userId, ctx.userId));
  return row ?? defaultSettings;
}

/** What the admin sets for everyone. */
export async function readPlatformSettings(ctx: AppContext): Promise<PlatformSettings> {
  const [row] = await ctx.db.select().from(platformSettings).where(eq(platformSettings.id, 1));
  return row ?? defaultPlatformSettings;
}
