import type { z } from '@hono/zod-openapi';
import type { AppContext } from '#src/context.ts';
import { mediaLimitBytes, mediaTypes } from '#src/files/media.ts';
import { toInstant } from '#src/platform/schemas.ts';
import { delayFloorOf } from '#src/settings/delay-floor.ts';
import type { PlatformSettings } from '#src/settings/platform-settings.ts';
import { defaultPlatformSettings } from '#src/settings/platform-settings.ts';
import { definedOf, presentWindow, toWindowChange } from '#src/windows/setting-fields.ts';
import { spellTimeZone } from '#src/windows/time-zone.ts';
import type { PlatformChange } from './platform-change.ts';
import type { SettingsVersion } from './settings-queries.ts';
import type { PlatformSettingsBody, PlatformSettingsOut, VersionOut } from './settings-schemas.ts';

export function presentPlatformSettings(
  ctx: Pick<AppContext, 'config'>,
  settings: PlatformSettings,
): z.input<typeof PlatformSettingsOut> {
  const { newUsers, media, retention, prices } = settings;
  return {
    version: settings.version,
    updatedAt: toInstant(settings.updatedAt),
    sendingWindow: presentWindow(settings),
    checkNumbers: settings.checkNumbers,
    mailGuard: settings.mailGuard,
    delayFloorSeconds: settings.delayFloorSeconds,
    delayFloorInForce: delayFloorOf(ctx, settings),
    newUsers: {
      delay: { minSeconds: newUsers.delayMinSeconds, maxSeconds: newUsers.delayMaxSeconds },
      dailyCap: newUsers.dailyCap,
      pacing: newUsers.pacing,
    },
    newOrganizations: settings.newOrganizations,
    // one WhatsApp message is what a credit is
    prices: {
      whatsappMessage: 1,
      email: 0,
      smsSegment: prices.smsSegment ?? ctx.config.sms.creditsPerSegment,
      credit: prices.credit,
    },
    retention,
    media: {
      mimeTypes: media.mimeTypes ?? mediaTypes.map(({ mimeType }) => mimeType),
      maxBytes: { ...mediaLimitBytes, ...media.maxBytes },
    },
    features: settings.features,
  };
}

export const presentVersion = (
  ctx: Pick<AppContext, 'config'>,
  { kept, by }: SettingsVersion,
): z.input<typeof VersionOut> => {
  const settings = { ...defaultPlatformSettings, ...kept.settings, version: kept.version, updatedAt: kept.createdAt };
  return {
    version: kept.version,
    settings: presentPlatformSettings(ctx, settings),
    changes: kept.changes,
    restoredVersion: kept.restoredVersion,
    by,
    createdAt: toInstant(kept.createdAt),
  };
};

export function toPlatformChange(body: z.output<typeof PlatformSettingsBody>): PlatformChange {
  const { sendingWindow, newUsers, newOrganizations, version: _, ...same } = body;
  return {
    ...same,
    ...toWindowChange(sendingWindow),
    newUsers: newUsers && {
      delayMinSeconds: newUsers.delay?.minSeconds,
      delayMaxSeconds: newUsers.delay?.maxSeconds,
      dailyCap: newUsers.dailyCap,
      pacing: newUsers.pacing && definedOf(newUsers.pacing),
    },
    newOrganizations: newOrganizations && {
      ...newOrganizations,
      timeZone: newOrganizations.timeZone && spellTimeZone(newOrganizations.timeZone),
    },
  };
}
