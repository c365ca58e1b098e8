import { describe, expect, it } from 'vitest';
import { mailingEnd } from '#src/emails/mailing-end.ts';
import { ALWAYS_OPEN } from '#src/windows/sending-window.ts';

const from = new Date('2026-03-02T09:00:00Z');
const noLimit = () => Number.POSITIVE_INFINITY;
const end = (mails: number, more: object = {}) =>
  mailingEnd(mails, from, { ratePerSecond: 10, window: ALWAYS_OPEN, dayLimit: noLimit, ...more })?.toISOString() ??
  null;

describe('when a mailing is through', () => {
  it('at the carrier’s rate', () => {
    expect(end(0)).toBe('2026-03-02T09:00:00.000Z');
    expect(end(600)).toBe('2026-03-02T09:01:00.000Z');
    expect(end(10 * 86_400)).toBe('2026-03-03T09:00:00.000Z');
  });

  it('inside the window: waits for it, goes on the next day', () => {
    const window = { startMinute: 780, endMinute: 840, days: [1, 2], timeZone: 'Europe/Istanbul' };
    expect(end(600, { window })).toBe('2026-03-02T10:01:00.000Z');
    expect(end(36_000 + 600, { window })).toBe('2026-03-03T10:01:00.000Z');
    expect(end(72_000 + 600, { window })).toBe('2026-03-09T10:01:00.000Z');
    expect(end(1, { window: { ...window, days: [] } })).toBeNull();
  });

  it('within what a day allows; null: not within a year', () => {
    expect(end(250, { dayLimit: () => 100 })).toBe('2026-03-04T00:00:05.000Z');
    expect(end(1, { dayLimit: () => 0 })).toBeNull();
  });
});
