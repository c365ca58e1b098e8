import { DateTime } from 'luxon';
import type { Pacing } from '#src/db/schema/accounts.ts';
import { drawDelay } from './pace.ts';
import type { SendingWindow } from './sending-window.ts';

/**
 * What holds for a number on real WhatsApp unless its user says otherwise. WhatsApp publishes no limits for linked devices; these
 * are what operators report:
 * - warm-up 20 a day, growing 1.5 to 2.2 times a day for a week (kobie3717/baileys-antiban, src/warmup.ts; docs.wapower.it/protection:
 *   20, 50, 120, 300, 600; new numbers are lost before 20 messages: evolution-api #1840);
 * - 100 to 200 an hour are risky even for an old number (molt.waiflow.app, anti-spam rules; baileys-antiban "moderate": 200);
 * - strangers are the worst: 15 to 20 a day cost a number (WhiskeySockets/Baileys #1983), 250 a day is what WhatsApp's own
 *   Cloud API allows an unverified business (developers.facebook.com, messaging limits). 50 lies between; lists with consent can raise it.
 */
export const defaultPacing: Pacing = {
  hourlyCap: 200,
  coldDailyCap: 50,
  warmUp: true,
  warmUpCurve: { firstDay: 20, growth: 1.8, days: 7 },
  pauseEvery: { messages: 30, minSeconds: 120, maxSeconds: 300 },
  closingBufferSeconds: 60,
  reconnectRamp: true,
  typing: false,
};

/** Nothing holds the sandbox up: no phone is at risk there. */
export const sandboxPacing: Pacing = {
  ...defaultPacing,
  hourlyCap: null,
  coldDailyCap: null,
  warmUp: false,
  pauseEvery: null,
  closingBufferSeconds: 0,
  reconnectRamp: false,
};

/** The user's own pacing, the platform's where he has said nothing. */
export const pacingOf = (own: Partial<Pacing>, sandbox: boolean): Pacing => ({
  ...(sandbox ? sandboxPacing : defaultPacing),
  ...own,
});

export type DailyLimit = { limit: number; reason: 'daily-cap-reached' | 'warm-up' };
type Limits = { pacing: Pacing; dailyCap: number | null; timeZone: string };

/** The most messages that a number may send on the local day of `at`; null: no limit. `numberSince` null: a number that is not new. */
export function dailyLimit(
  { pacing, dailyCap, timeZone }: Limits,
  numberSince: Date | null,
  at: Date,
): DailyLimit | null {
  const warmUp =
    pacing.warmUp && numberSince ? warmUpLimit(pacing.warmUpCurve, localDays(numberSince, at, timeZone)) : null;
  if (warmUp !== null && (dailyCap === null || warmUp < dailyCap)) return { limit: warmUp, reason: 'warm-up' };
  return dailyCap === null ? null : { limit: dailyCap, reason: 'daily-cap-reached' };
}

/** Messages on the `day`th day of a number, the first being 0; null when its warm-up is over. */
export function warmUpLimit({ firstDay, growth, days }: Pacing['warmUpCurve'], day: number): number | null {
  return day >= days ? null : Math.floor(firstDay * growth ** Math.max(0, day));
}

/** Which day of its warm-up a number has come to, from 1; null when that is over, or there is none. */
export function warmUpDay(
  { pacing, timeZone }: Pick<Limits, 'pacing' | 'timeZone'>,
  numberSince: Date | null,
  at: Date,
): { day: number; days: number } | null {
  if (!pacing.warmUp || !numberSince) return null;
  const day = Math.max(0, localDays(numberSince, at, timeZone));
  const { days } = pacing.warmUpCurve;
  return day >= days ? null : { day: day + 1, days };
}

function localDays(from: Date, to: Date, zone: string): number {
  const midnight = (at: Date) => DateTime.fromJSDate(at, { zone }).startOf('day');
  return Math.round(midnight(to).diff(midnight(from), 'days').days);
}

/** The window in which a message may be begun: it closes a little earlier, so that none is on its way when the real one does. */
export function lessClosingBuffer(window: SendingWindow, seconds: number): SendingWindow {
  const neverCloses = window.startMinute === 0 && window.endMinute === 1440;
  return neverCloses ? window : { ...window, endMinute: window.endMinute - seconds / 60 };
}

const RAMP_MS = 10 * 60_000;
const RAMP_FACTOR = 3;

/** How much longer delays are, so long after the connection opened: threefold at first, as usual after ten minutes. */
export function rampFactor(pacing: Pacing, connectedAt: Date | null, now: Date): number {
  if (!pacing.reconnectRamp || !connectedAt) return 1;
  const left = 1 - (now.getTime() - connectedAt.getTime()) / RAMP_MS;
  return left <= 0 ? 1 : 1 + (RAMP_FACTOR - 1) * Math.min(1, left);
}

/** How many messages until the next longer pause: about as many as set, a quarter more or less. Null: no pauses. */
export function drawUntilPause({ pauseEvery }: Pacing, random: () => number): number | null {
  if (!pauseEvery) return null;
  const spread = Math.floor(pauseEvery.messages / 4);
  return pauseEvery.messages - spread + Math.floor(random() * (2 * spread + 1));
}

/** Milliseconds. */
export const drawPause = ({ pauseEvery }: Pacing, random: () => number): number =>
  pauseEvery ? drawDelay(pauseEvery.minSeconds, pauseEvery.maxSeconds, random) : 0;

const TYPING_MS_A_CHARACTER = 25;
const TYPING_MS = { min: 800, max: 3000 };

/** How long "typing…" is shown before a text: Evolution keeps the request open for it, so never long. */
export const typingFor = ({ typing }: Pacing, text: string | null): number =>
  typing && text ? Math.min(TYPING_MS.max, Math.max(TYPING_MS.min, text.length * TYPING_MS_A_CHARACTER)) : 0;
