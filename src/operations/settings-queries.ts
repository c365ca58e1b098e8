import { desc, eq, lt } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { platformSettingsVersions } from '#src/db/schema/platform.ts';
import { decodeCursor, isInteger, type Page, toPage } from '#src/platform/cursor.ts';
import { requireOperator } from './require-operator.ts';

export type SettingsVersion = {
  kept: typeof platformSettingsVersions.$inferSelect;
  by: { id: string; name: string } | null;
};

/** Every version of the settings, the newest first. */
export async function listVersions(
  ctx: OrgContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<SettingsVersion>> {
  requireOperator(ctx);
  const { version } = platformSettingsVersions;
  const before = cursor === undefined ? undefined : lt(version, decodeCursor(cursor, [isInteger])[0] as number);
  const rows = await ctx.db
    .select({ kept: platformSettingsVersions, by: { id: users.id, name: users.name } })
    .from(platformSettingsVersions)
    .leftJoin(users, eq(users.id, platformSettingsVersions.userId))
    .where(before)
    .orderBy(desc(version))
    .limit(limit + 1);
  return toPage(rows, limit, ({ kept }) => [kept.version]);
}
