import { eq, inArray } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { platformSettings } from '#src/db/schema/platform.ts';
import { type SendingRules, sendingRulesOf } from '#src/windows/read-sending-rules.ts';

/** The sending rules of many users, in two queries. */
export async function readRulesOf(ctx: AppContext, userIds: string[]): Promise<Map<string, SendingRules>> {
  const [platform] = await ctx.db.select().from(platformSettings).where(eq(platformSettings.id, 1));
  const own =
    userIds.length === 0 ? [] : await ctx.db.select().from(userSettings).where(inArray(userSettings.userId, userIds));
  const settings = new Map(own.map((row) => [row.userId, row]));
  return new Map(
    userIds.map((id) => [id, sendingRulesOf(ctx, { own: settings.get(id) ?? null, platform: platform ?? null })]),
  );
}
