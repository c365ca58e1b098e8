import type { Barred } from '#src/accounts/barred-sql.ts';
import type { EmailBar } from '#src/customers/email-bar-sql.ts';
import type { SuppressionReason } from '#src/customers/is-suppressed.ts';
import type { Language, Text } from '#src/platform/language.ts';
import { sayNearInstant } from '#src/platform/time.ts';
import type { SendingRules } from '#src/windows/read-sending-rules.ts';
import { closesAt, isOpenAt, nextOpening } from '#src/windows/sending-window.ts';
import { type Campaign, hasEnded, type RecipientStatus } from './campaign.ts';
import type { Obstacle, Way } from './find-obstacles.ts';
import type { DueLane } from './lane.ts';

export type DecisionCode =
  | Obstacle['code']
  | 'ended'
  | 'paused'
  | 'not-started-yet'
  | 'credits-not-held'
  | 'behind-other-campaign'
  | 'sending-now'
  | 'between-messages'
  | 'next'
  | 'subject-test'
  | 'in-queue'
  | 'outcome-unknown'
  | 'done'
  | 'suppressed';
/** Why now, or why not: the first thing that stands in the way, and when it may be gone. */
export type Verdict = { code: DecisionCode; at: Date | null };

/** What is known of a campaign at a moment; `lane` null: its number is gone. */
export type Situation = {
  campaign: Campaign;
  lane: DueLane | null;
  rules: SendingRules;
  way: Way;
  barred: Barred | null;
  /** Whether the lane would take this campaign next. */
  first: boolean;
  held: number;
  warmLeft: boolean;
  /** All who are left wait for the better subject, found then; null: for a person to choose. Left out: nobody waits for it. */
  winnerAt?: Date | null;
  /** Of an email campaign: the platform admin has stopped them all. */
  switchedOff?: boolean;
  now: Date;
};

/** For the campaign as a whole, in the order in which the claim asks. */
export function decideCampaign({ campaign, lane, way, ...rest }: Situation): Verdict {
  const { barred, first, held, warmLeft, winnerAt, switchedOff = false, now } = rest;
  if (hasEnded(campaign.status)) return { code: 'ended', at: null };
  if (campaign.status === 'paused') return { code: 'paused', at: null };
  if (campaign.channel === 'email') return decideMailing(campaign, { barred, winnerAt, switchedOff, now });
  if (!lane) return { code: 'instance-not-open', at: null };
  const waits = campaign.status === 'pending' && campaign.nextRunAt !== null && campaign.nextRunAt > now;
  const known = campaign.statusReason !== null && campaign.statusReason in sentences;
  if (waits && !known) return { code: 'not-started-yet', at: campaign.nextRunAt };
  if (way.obstacle)
    return { code: way.obstacle.code, at: later(way.obstacle.until, waits ? campaign.nextRunAt : null) };
  if (barred) return { code: barred, at: null };
  if (waits) return { code: campaign.statusReason as DecisionCode, at: campaign.nextRunAt };
  if (held <= 0) return { code: 'credits-not-held', at: null };
  if (!first) return { code: 'behind-other-campaign', at: null };
  if (way.coldObstacle && !warmLeft) return { code: way.coldObstacle.code, at: way.coldObstacle.until };
  if (lane.inFlightMessageId) return { code: 'sending-now', at: now };
  if (lane.nextAllowedAt && lane.nextAllowedAt > now) return { code: 'between-messages', at: lane.nextAllowedAt };
  return { code: 'next', at: now };
}

/** By email there is no lane: whoever may be written to is next. */
function decideMailing(
  { status, statusReason, nextRunAt }: Campaign,
  {
    barred,
    winnerAt,
    switchedOff,
    now,
  }: { barred: Barred | null; winnerAt: Date | null | undefined; switchedOff: boolean; now: Date },
): Verdict {
  const waits = nextRunAt !== null && nextRunAt > now;
  const known = statusReason !== null && statusReason in sentences;
  if (barred) return { code: barred, at: null };
  if (switchedOff) return { code: 'switched-off', at: null };
  if (waits && known) return { code: statusReason as DecisionCode, at: nextRunAt };
  if (winnerAt !== undefined) return { code: 'subject-test', at: winnerAt };
  return waits && status === 'pending' ? { code: 'not-started-yet', at: nextRunAt } : { code: 'next', at: now };
}

const later = (a: Date | null, b: Date | null): Date | null => (a && b ? (a > b ? a : b) : a);

export type RecipientSituation = {
  status: RecipientStatus;
  /** It would be its first message ever. */
  cold: boolean;
  suppression: SuppressionReason | EmailBar | null;
  /** How many recipients go before. */
  ahead: number;
  expectedAt: Date | null;
};

/** For one recipient: his own story first, then the campaign's, then his place in the queue. */
export function decideRecipient(
  recipient: RecipientSituation,
  campaign: Verdict,
  { way, campaign: { status } }: Situation,
): Verdict {
  if (recipient.status === 'unknown') return { code: 'outcome-unknown', at: null };
  if (recipient.status !== 'queued' && recipient.status !== 'sending') return { code: 'done', at: null };
  if (recipient.suppression && !hasEnded(status)) return { code: 'suppressed', at: null };
  const goesOn: DecisionCode[] = ['next', 'between-messages', 'sending-now'];
  if (!goesOn.includes(campaign.code)) return campaign;
  if (recipient.cold && way.coldObstacle) return { code: way.coldObstacle.code, at: way.coldObstacle.until };
  return recipient.ahead > 0 ? { code: 'in-queue', at: recipient.expectedAt } : campaign;
}

/** Whether messages may be begun now, and when that changes. */
export function windowAt({ startWindow }: SendingRules, now: Date) {
  const open = isOpenAt(startWindow, now);
  return {
    open,
    opensAt: open ? null : nextOpening(startWindow, now),
    closesAt: open ? closesAt(startWindow, now) : null,
  };
}

const sentences: Record<DecisionCode, Text> = {
  ended: { en: 'The campaign has ended', tr: 'Kampanya sona erdi' },
  paused: {
    en: 'The campaign is paused until somebody resumes it',
    tr: 'Kampanya duraklatıldı; devam ettirilene kadar bekler',
  },
  'not-started-yet': { en: 'The campaign has not started yet', tr: 'Kampanya henüz başlamadı' },
  'user-banned': { en: 'Its user is banned', tr: 'Kampanyanın sahibi yasaklandı' },
  'user-removed': { en: 'Its user is no longer a member', tr: 'Kampanyanın sahibi artık üye değil' },
  'instance-not-open': { en: 'The WhatsApp connection is not open', tr: 'WhatsApp bağlantısı açık değil' },
  'switched-off': {
    en: 'The platform has stopped sending for now',
    tr: 'Platform gönderimi şimdilik durdurdu',
  },
  'outside-sending-window': { en: 'The sending window is closed', tr: 'Gönderim saatleri dışında' },
  'number-unhealthy': {
    en: 'WhatsApp does not take this number’s messages properly; it is tried again carefully',
    tr: 'Bu numaranın mesajları sorunlu; dikkatle yeniden denenecek',
  },
  'cold-blocked': {
    en: 'WhatsApp refuses this number’s messages to people it never wrote to',
    tr: 'WhatsApp, bu numaranın ilk kez yazdığı kişilere gönderimini reddediyor',
  },
  'daily-cap-reached': { en: 'The daily cap is reached', tr: 'Günlük sınıra ulaşıldı' },
  'warm-up': {
    en: 'The number is new and has sent what it may today',
    tr: 'Numara yeni; bugünkü ısınma sınırına ulaşıldı',
  },
  'hourly-cap-reached': { en: 'The hourly cap is reached', tr: 'Saatlik sınıra ulaşıldı' },
  'cold-cap-reached': {
    en: 'Enough people were written to for the first time today',
    tr: 'Bugün ilk kez yazılacak kişi sınırına ulaşıldı',
  },
  'credits-not-held': { en: 'No credits are held for it', tr: 'Bunun için ayrılmış kontör yok' },
  'behind-other-campaign': {
    en: 'Another campaign of the number goes first',
    tr: 'Numaranın başka bir kampanyası önde',
  },
  'sending-now': { en: 'A message is on its way right now', tr: 'Şu anda bir mesaj gönderiliyor' },
  'between-messages': { en: 'The pause between two messages', tr: 'İki mesaj arasındaki bekleme' },
  next: { en: 'The next message goes out at once', tr: 'Sıradaki mesaj hemen gider' },
  'subject-test': {
    en: 'The rest waits for the better one of two subjects',
    tr: 'Kalanlar, iki konudan daha iyi olanın belli olmasını bekliyor',
  },
  'in-queue': { en: 'Others are before', tr: 'Sırada başkaları var' },
  'outcome-unknown': {
    en: 'It is not known whether the message went out; it is not simply sent again',
    tr: 'Mesajın gidip gitmediği bilinmiyor; öylece yeniden gönderilmez',
  },
  done: { en: 'Nothing more will be sent here', tr: 'Buraya başka mesaj gitmeyecek' },
  'identity-not-verified': {
    en: 'Its sending identity is not verified',
    tr: 'Gönderen kimliği doğrulanmadı',
  },
  'carrier-unavailable': {
    en: 'The mail carrier takes nothing at the moment',
    tr: 'E-posta servisi şu anda gönderim kabul etmiyor',
  },
  'identity-warm-up': {
    en: 'The sending identity is new and has sent what it may today',
    tr: 'Gönderen kimliği yeni; bugünkü ısınma sınırına ulaşıldı',
  },
  'carrier-quota': {
    en: 'The mail carrier’s quota for the day is used up',
    tr: 'E-posta servisinin günlük kotası doldu',
  },
  suppressed: {
    en: 'This recipient must not be written to and will be skipped',
    tr: 'Bu alıcıya yazılmamalı, atlanacak',
  },
};

/** One sentence, with the time on the user's own clock. */
export function sayVerdict({ code, at }: Verdict, { timeZone }: SendingRules, language: Language): string {
  const sentence = sentences[code][language];
  if (!at || ['next', 'sending-now'].includes(code)) return `${sentence}.`;
  const shown = sayNearInstant(at, { language, timeZone });
  return language === 'tr' ? `${sentence}; en erken ${shown}.` : `${sentence}; ${shown} at the earliest.`;
}
