import { eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { platformSettingsVersions } from '#src/db/schema/platform.ts';
import { notFound } from '#src/platform/problem.ts';
import type { PlatformSettings } from '#src/settings/platform-settings.ts';
import { changePlatformSettings } from './change-platform-settings.ts';
import type { PlatformChange } from './platform-change.ts';
import { requireOperator } from './require-operator.ts';

/** Has the settings be again what they were in a version, as a new version; they are checked as any change is. Throws `not-found`. */
export const restoreSettings = (
  ctx: OrgContext,
  number: number,
  terms: { version?: number | undefined },
): Promise<PlatformSettings> =>
  inTransaction(ctx, async (ctx) => {
    requireOperator(ctx);
    const [kept] = await ctx.db
      .select()
      .from(platformSettingsVersions)
      .where(eq(platformSettingsVersions.version, number));
    if (!kept) throw notFound();
    return changePlatformSettings(ctx, wholeOf(kept.settings), { ...terms, restored: number });
  });

/** Sizes that the version did not have are taken away. */
function wholeOf(settings: Record<string, unknown>): PlatformChange {
  const change = settings as PlatformChange;
  const none = { image: null, video: null, audio: null, voice: null, document: null };
  return { ...change, media: { ...change.media, maxBytes: { ...none, ...change.media?.maxBytes } } };
}
