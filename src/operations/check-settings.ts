import type { AppContext } from '#src/context.ts';
import type { mediaKinds } from '#src/db/schema/files.ts';
import { findMediaType, mediaLimitBytes } from '#src/files/media.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';
import type { PlatformSettings } from '#src/settings/platform-settings.ts';
import { requireWindow } from '#src/windows/settings.ts';

/** Throws `invalid-request`, naming every field, for settings that cannot hold as a whole, whichever part was changed. */
export function checkSettings({ config }: Pick<AppContext, 'config'>, settings: PlatformSettings): void {
  requireWindow(settings);
  const errors = [
    ...floorErrors(settings, config.sendDelayFloorSeconds),
    ...delayErrors(settings),
    ...mediaErrors(settings),
  ];
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
}

const floorErrors = ({ delayFloorSeconds }: PlatformSettings, least: number): FieldError[] =>
  delayFloorSeconds === null || delayFloorSeconds >= least
    ? []
    : [
        {
          path: 'delayFloorSeconds',
          message: {
            en: `The configuration says at least ${least} seconds`,
            tr: `Yapılandırma en az ${least} saniye istiyor`,
          },
        },
      ];

const delayErrors = ({ newUsers }: PlatformSettings): FieldError[] =>
  newUsers.delayMinSeconds <= newUsers.delayMaxSeconds
    ? []
    : [
        {
          path: 'newUsers.delay.maxSeconds',
          message: { en: 'At least the minimum', tr: 'En az alt sınır kadar olmalı' },
        },
      ];

function mediaErrors({ media }: PlatformSettings): FieldError[] {
  const unknown = (media.mimeTypes ?? []).filter((type) => !findMediaType(type));
  const errors: FieldError[] = unknown.map((type) => ({
    path: 'media.mimeTypes',
    message: { en: `WhatsApp does not take ${type}`, tr: `WhatsApp ${type} türünü almaz` },
  }));
  for (const [kind, bytes] of Object.entries(media.maxBytes)) {
    const most = mediaLimitBytes[kind as (typeof mediaKinds)[number]];
    if (bytes > most)
      errors.push({
        path: `media.maxBytes.${kind}`,
        message: { en: `WhatsApp takes ${most} bytes at most`, tr: `WhatsApp en çok ${most} bayt alır` },
      });
  }
  return errors;
}
