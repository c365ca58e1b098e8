import { eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** The caller's settings, as he set them: the platform's window is not laid over them here. */
export async function readSettings(ctx: OrgContext): Promise<Settings> {
  const [row] = await ctx.db.select().from(userSettings).where(eq(userSettings.userId, ctx.userId));
  return row ?? defaultSettings;
}
