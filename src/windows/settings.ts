import type { userSettings } from '#src/db/schema/accounts.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';

export type Settings = Pick<
  typeof userSettings.$inferSelect,
  | 'timeZone'
  | 'locale'
  | 'windowStartMinute'
  | 'windowEndMinute'
  | 'windowDays'
  | 'delayMinSeconds'
  | 'delayMaxSeconds'
  | 'dailyCap'
  | 'pacing'
  | 'mailCampaignFinished'
  | 'mailAppointments'
  | 'lowCredits'
>;
export type PlatformWindow = Pick<Settings, 'windowStartMinute' | 'windowEndMinute' | 'windowDays'>;

/** Undefined: stays as it is. */
type Change<T> = { [K in keyof T]?: T[K] | undefined };
export type SettingsChange = Change<Settings>;
export type WindowChange = Change<PlatformWindow>;

/** What holds for a user that has set nothing: the same as the columns' defaults. */
export const defaultSettings: Settings = {
  windowStartMinute: 540,
  windowEndMinute: 1320,
  windowDays: [1, 2, 3, 4, 5, 6, 7],
  timeZone: 'Europe/Istanbul',
  locale: 'tr',
  delayMinSeconds: 8,
  delayMaxSeconds: 20,
  dailyCap: null,
  pacing: {},
  mailCampaignFinished: true,
  mailAppointments: true,
  lowCredits: 50,
};

/** The settings with what is given laid over them. */
export function applyChange<T extends object>(current: T, change: Change<T>): T {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...current, ...Object.fromEntries(given) };
}

/** Throws `invalid-request` for a window that does not begin before it ends, or that would cross midnight. */
export function requireWindow(window: PlatformWindow): void {
  if (window.windowStartMinute >= window.windowEndMinute)
    throw refuse([{ path: 'sendingWindow.end', message: texts.order }]);
}

/** Throws `invalid-request`, naming each side, for a window that reaches beyond the platform's. */
export function requireInside(window: PlatformWindow, platform: PlatformWindow): void {
  const errors: FieldError[] = [];
  if (window.windowStartMinute < platform.windowStartMinute)
    errors.push({ path: 'sendingWindow.start', message: texts.outside });
  if (window.windowEndMinute > platform.windowEndMinute)
    errors.push({ path: 'sendingWindow.end', message: texts.outside });
  if (window.windowDays.some((day) => !platform.windowDays.includes(day)))
    errors.push({ path: 'sendingWindow.days', message: texts.outside });
  if (errors.length > 0) throw refuse(errors);
}

/** Throws `invalid-request` for a delay below the platform's floor, or whose bounds are the wrong way round. */
export function requireDelay(settings: Settings, floorSeconds: number): void {
  const { delayMinSeconds, delayMaxSeconds } = settings;
  if (delayMinSeconds < floorSeconds)
    throw refuse([
      {
        path: 'delay.minSeconds',
        message: { en: `At least ${floorSeconds} seconds`, tr: `En az ${floorSeconds} saniye` },
      },
    ]);
  if (delayMinSeconds > delayMaxSeconds) throw refuse([{ path: 'delay.maxSeconds', message: texts.delayOrder }]);
}

const refuse = (errors: FieldError[]): Problem => new Problem('invalid-request', { errors });

const texts = {
  order: { en: 'Must be later than the start, on the same day', tr: 'Başlangıçtan sonra ve aynı gün içinde olmalı' },
  outside: {
    en: 'Must lie inside the general sending window of the platform',
    tr: 'Platformun genel gönderim saatleri içinde olmalı',
  },
  delayOrder: { en: 'At least the minimum', tr: 'En az alt sınır kadar olmalı' },
};
