import type { AppContext } from '#src/context.ts';
import type { PlatformSettings } from './platform-settings.ts';
import { readPlatformSettings } from './read-platform-settings.ts';

const HOUR_MS = 3_600_000;

type Kept = PlatformSettings['retention'];
type Always = { [K in keyof Kept]: null extends Kept[K] ? never : K }[keyof Kept];

/** What is older than this instant is not kept any more. */
export async function keptSince(ctx: AppContext, what: Always): Promise<Date> {
  const { retention } = await readPlatformSettings(ctx);
  const hours = what.endsWith('Days') ? retention[what] * 24 : retention[what];
  return new Date(ctx.clock.now().getTime() - hours * HOUR_MS);
}

/** How many days files of imports are kept, and customers stay in the bin: by the settings, else by the configuration. */
export async function keptDays(ctx: AppContext, what: 'importsDays' | 'deletedCustomersDays'): Promise<number> {
  const { retention } = await readPlatformSettings(ctx);
  return retention[what] ?? (what === 'importsDays' ? ctx.config.importKeepDays : ctx.config.eraseAfterDays);
}
