import type { AppContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { readPlatformSettings } from '#src/settings/read-platform-settings.ts';
import type { FileIdentity } from './identify-file.ts';
import { tooManyBytes } from './refusals.ts';

/** Throws 415 or 413 for what WhatsApp would take but the platform's settings do not allow. */
export async function requireAllowed(
  ctx: AppContext,
  { kind, type }: Pick<FileIdentity, 'kind' | 'type'>,
  sizeBytes: number,
): Promise<void> {
  const { mimeTypes, maxBytes } = (await readPlatformSettings(ctx)).media;
  if (mimeTypes && !mimeTypes.includes(type.mimeType))
    throw new Problem('unsupported-media-type', {
      detail: {
        en: `${type.extension} is not allowed on this platform`,
        tr: `${type.extension} bu platformda kabul edilmiyor`,
      },
      members: { accepted: mimeTypes, found: type.extension },
    });
  const most = maxBytes[kind];
  if (most !== undefined && sizeBytes > most) throw tooManyBytes(kind, most);
}
