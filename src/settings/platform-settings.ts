import type { Pacing } from '#src/db/schema/accounts.ts';
import type {
  AllowedMedia,
  Feature,
  Features,
  MailGuard,
  NewOrganizations,
  NewUsers,
  Prices,
  platformSettings,
  Retention,
} from '#src/db/schema/platform.ts';
import { features } from '#src/db/schema/platform.ts';

export type { Feature, Features };

type Row = typeof platformSettings.$inferSelect;

/** What the platform admin sets for everyone, whole: what is not stored is as written here. */
export type PlatformSettings = Pick<
  Row,
  'windowStartMinute' | 'windowEndMinute' | 'windowDays' | 'checkNumbers' | 'delayFloorSeconds'
> & {
  mailGuard: MailGuard;
  newUsers: Required<Omit<NewUsers, 'pacing'>> & { pacing: Partial<Pacing> };
  newOrganizations: Required<NewOrganizations>;
  prices: Required<Prices>;
  retention: Required<Retention>;
  media: Required<AllowedMedia>;
  features: Features;
  version: number;
  updatedAt: Date | null;
};

export const defaultPlatformSettings: PlatformSettings = {
  windowStartMinute: 540,
  windowEndMinute: 1320,
  windowDays: [1, 2, 3, 4, 5, 6, 7],
  checkNumbers: true,
  mailGuard: { minimumMails: 500, bouncePercent: 5, complaintPercent: 0.1 },
  delayFloorSeconds: null,
  newUsers: { delayMinSeconds: 8, delayMaxSeconds: 20, dailyCap: null, pacing: {} },
  newOrganizations: { timeZone: 'Europe/Istanbul', region: 'TR', locale: null },
  prices: { smsSegment: null, credit: null },
  retention: {
    liveEventsHours: 1,
    inboundWebhooksDays: 7,
    outboundWebhooksDays: 30,
    systemMailsDays: 30,
    smsReportsDays: 7,
    importsDays: null,
    deletedCustomersDays: null,
  },
  media: { mimeTypes: null, maxBytes: {} },
  features: Object.fromEntries(features.map((feature) => [feature, true])) as Features,
  version: 0,
  updatedAt: null,
};

/** The settings from their row, which another query may have read along; null: nothing was ever set. */
export function settingsOf(row: Row | null | undefined): PlatformSettings {
  if (!row) return defaultPlatformSettings;
  const { id: _, ...stored } = row;
  return {
    ...stored,
    newUsers: { ...defaultPlatformSettings.newUsers, ...row.newUsers },
    newOrganizations: { ...defaultPlatformSettings.newOrganizations, ...row.newOrganizations },
    prices: { ...defaultPlatformSettings.prices, ...row.prices },
    retention: { ...defaultPlatformSettings.retention, ...row.retention },
    media: { ...defaultPlatformSettings.media, ...row.media },
    features: { ...defaultPlatformSettings.features, ...row.features },
  };
}
