import { invalid } from '#src/platform/problem.ts';

/** Clocks differ a little. */
const LEEWAY_MS = 5 * 60_000;

/** Throws `invalid-request` for what has not happened yet. */
export function requirePast(happenedAt: Date, now: Date): void {
  if (happenedAt.getTime() > now.getTime() + LEEWAY_MS)
    throw invalid('happenedAt', {
      en: 'Not in the future: what is planned is an appointment',
      tr: 'Gelecekte olamaz: planlanan görüşme randevudur',
    });
}
