import type { AppContext } from '#src/context.ts';
import { readPlatformSettings } from '#src/settings/read-platform-settings.ts';

/** Credits for an SMS of one segment that is written now: by the platform's settings, else by the configuration. */
export async function priceOfSegment(ctx: AppContext): Promise<number> {
  const { prices } = await readPlatformSettings(ctx);
  return prices.smsSegment ?? ctx.config.sms.creditsPerSegment;
}
