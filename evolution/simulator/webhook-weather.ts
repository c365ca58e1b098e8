import type { Milliseconds } from './simulator-options.ts';

/** What happens to webhooks on their way, beyond the receiver's own behaviour. */
export interface WebhookWeather {
  loseShare: number;
  duplicateShare: number;
  delayMs: Milliseconds;
  /** Deliveries overtake each other: each waits up to this many milliseconds more (true: 250). */
  reorder: boolean | number;
  /** Held back until the next change of the weather. */
  paused: boolean;
  waiting: (() => void)[];
}

export function calmWeather(): WebhookWeather {
  return { loseShare: 0, duplicateShare: 0, delayMs: 0, reorder: false, paused: false, waiting: [] };
}

export function changeWeather(weather: WebhookWeather, change: Partial<Omit<WebhookWeather, 'waiting'>>): void {
  Object.assign(weather, change);
  if (weather.paused) return;
  const released = weather.waiting.splice(0);
  for (const release of released) release();
}
