import type { campaignProgress, campaignStatuses, campaigns, recipientStatuses } from '#src/db/schema/campaigns.ts';
import { Problem } from '#src/platform/problem.ts';

export type Campaign = typeof campaigns.$inferSelect;
export type Progress = typeof campaignProgress.$inferSelect;
export type CampaignStatus = (typeof campaignStatuses)[number];
export type RecipientStatus = (typeof recipientStatuses)[number];
export type Counts = Record<RecipientStatus, number>;

/** A start that is later than this waits for a person: nobody was running us, or this is a restored backup. */
export const MISSED_START_HOURS = 24;

/** What may be asked of a campaign in which status. */
const allowed = {
  pause: ['pending', 'running'],
  hold: ['pending', 'running', 'paused'],
  resume: ['paused'],
  cancel: ['pending', 'running', 'paused'],
  retry: ['pending', 'running', 'paused', 'completed', 'failed'],
} as const satisfies Record<string, readonly CampaignStatus[]>;

export type Request = keyof typeof allowed;

/** Throws a 409 that names the status when it does not allow the request. */
export function requireStatus(status: CampaignStatus, request: Request): void {
  if ((allowed[request] as readonly CampaignStatus[]).includes(status)) return;
  throw new Problem('conflict', {
    detail: {
      en: `A ${status} campaign cannot be asked to ${request}`,
      tr: `Kampanyanın durumu (${statusInTurkish[status]}) buna izin vermiyor`,
    },
    members: { campaignStatus: status },
  });
}

export const statusInTurkish: Record<CampaignStatus, string> = {
  pending: 'beklemede',
  running: 'gönderiliyor',
  paused: 'duraklatıldı',
  completed: 'tamamlandı',
  cancelled: 'iptal edildi',
  failed: 'başarısız',
};

export const hasEnded = (status: CampaignStatus): boolean =>
  status === 'completed' || status === 'cancelled' || status === 'failed';

export const countsOf = (progress: Progress): Counts => ({
  queued: progress.queuedCount,
  sending: progress.sendingCount,
  sent: progress.sentCount,
  delivered: progress.deliveredCount,
  read: progress.readCount,
  failed: progress.failedCount,
  skipped: progress.skippedCount,
  unknown: progress.unknownCount,
});

/** The share of recipients that nothing more will be sent to: 0 to 1. An empty campaign is done. */
export function progressOf(counts: Counts): number {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return total === 0 ? 1 : (total - counts.queued - counts.sending) / total;
}
