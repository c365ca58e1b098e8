import { Problem } from '#src/platform/problem.ts';
import { type Campaign, statusInTurkish } from './campaign.ts';

/**
 * Throws a 409 unless the campaign may be changed in this way: as long as it never started, in everything (in its recipients
 * only while it is pending); while it waits for its next opening, only in what is no `content`.
 */
export function requireRevisable(
  { status, startedAt }: Pick<Campaign, 'status' | 'startedAt'>,
  what: 'settings' | 'content' | 'recipients',
): void {
  const waits = status === 'pending' || (status === 'paused' && startedAt === null && what !== 'recipients');
  if (!waits)
    throw new Problem('campaign-not-pending', {
      detail: {
        en: `A ${status} campaign cannot be changed`,
        tr: `Kampanyanın durumu (${statusInTurkish[status]}) değişikliğe izin vermiyor`,
      },
      members: { campaignStatus: status },
    });
  if (startedAt !== null && what !== 'settings')
    throw new Problem('campaign-not-pending', {
      detail: {
        en: 'Part of it has gone out: only its name, startAt, validUntil and delay can still be changed',
        tr: 'Bir kısmı gönderildi: yalnızca adı, startAt, validUntil ve delay değiştirilebilir',
      },
      members: { campaignStatus: status },
    });
}
