import type { MailGuard } from '#src/db/schema/platform.ts';
import type { PlatformSettings } from '#src/settings/platform-settings.ts';

type Part<T> = { [K in keyof T]?: T[K] | undefined };
type Bytes = { [kind in string]?: number | null | undefined };

/** What is undefined stays as it is; of the groups each field for itself. */
export type PlatformChange = Part<
  Pick<
    PlatformSettings,
    'windowStartMinute' | 'windowEndMinute' | 'windowDays' | 'checkNumbers' | 'delayFloorSeconds'
  > & { mailGuard: MailGuard }
> & {
  newUsers?: Part<PlatformSettings['newUsers']> | undefined;
  newOrganizations?: Part<PlatformSettings['newOrganizations']> | undefined;
  prices?: Part<PlatformSettings['prices']> | undefined;
  retention?: Part<PlatformSettings['retention']> | undefined;
  /** Null for a size: WhatsApp's own. */
  media?: { mimeTypes?: string[] | null | undefined; maxBytes?: Bytes | undefined } | undefined;
  features?: Part<PlatformSettings['features']> | undefined;
};

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** One laid over the other, as deep as both are groups; of sizes null takes the entry away. */
export function layOver<T extends object>(current: T, change: object): T {
  const result = { ...current } as Record<string, unknown>;
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) continue;
    const before = result[key];
    result[key] = isGroup(before) && isGroup(value) ? layOver(before, value) : value;
  }
  return result as T;
}

/** The settings with the change laid over them. */
export function withChange(current: PlatformSettings, change: PlatformChange): PlatformSettings {
  const settings = layOver(current, change);
  const sizes = Object.entries(settings.media.maxBytes).filter(([, bytes]) => bytes !== null);
  return { ...settings, media: { ...settings.media, maxBytes: Object.fromEntries(sizes) } };
}

export type Changes = Record<string, [before: unknown, after: unknown]>;

/** What differs, by its path: `features.sms`: [true, false]. */
export function changesBetween(before: object, after: object, under = ''): Changes {
  const changes: Changes = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key as never] as unknown, after[key as never] as unknown];
    if (isGroup(was) && isGroup(is)) Object.assign(changes, changesBetween(was, is, `${under}${key}.`));
    else if (JSON.stringify(was) !== JSON.stringify(is)) changes[`${under}${key}`] = [was ?? null, is ?? null];
  }
  return changes;
}
