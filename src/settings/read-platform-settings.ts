import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { platformSettings } from '#src/db/schema/platform.ts';
import { type PlatformSettings, settingsOf } from './platform-settings.ts';

/** What the admin sets for everyone, as it is at this moment: one row by its key, never an older copy. */
export async function readPlatformSettings(ctx: AppContext): Promise<PlatformSettings> {
  const [row] = await ctx.db.select().from(platformSettings).where(eq(platformSettings.id, 1));
  return settingsOf(row);
}
