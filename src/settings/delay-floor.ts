import type { AppContext } from '#src/context.ts';
import type { PlatformSettings } from './platform-settings.ts';

/** The shortest delay between two messages of a number that anybody may have: the stricter of configuration and settings. */
export const delayFloorOf = (
  ctx: Pick<AppContext, 'config'>,
  { delayFloorSeconds }: Pick<PlatformSettings, 'delayFloorSeconds'>,
): number => Math.max(ctx.config.sendDelayFloorSeconds, delayFloorSeconds ?? 0);
