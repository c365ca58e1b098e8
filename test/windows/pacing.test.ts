import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dailyLimit,
  defaultPacing,
  drawPause,
  drawUntilPause,
  lessClosingBuffer,
  pacingOf,
  rampFactor,
  sandboxPacing,
  typingFor,
  warmUpLimit,
} from '#src/windows/pacing.ts';
import { isOpenAt } from '#src/windows/sending-window.ts';

const daily = { startMinute: 540, endMinute: 1320, days: [1, 2, 3, 4, 5, 6, 7], timeZone: 'Europe/Istanbul' };
const rules = { pacing: defaultPacing, dailyCap: null, timeZone: 'Europe/Istanbul' };
const at = (time: string) => new Date(time);

describe('warm-up', () => {
  it('begins with 20 a day, grows 1.8 times a day, and is over after a week', () => {
    const curve = defaultPacing.warmUpCurve;
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((day) => warmUpLimit(curve, day))).toEqual([
      20,
      36,
      64,
      116,
      209,
      377,
      680,
      null,
    ]);
  });

  it('counts local days: a number connected at 23:50 is a day old ten minutes later', () => {
    const since = at('2026-03-02T20:50:00Z');
    expect(dailyLimit(rules, since, at('2026-03-02T20:59:00Z'))).toEqual({ limit: 20, reason: 'warm-up' });
    expect(dailyLimit(rules, since, at('2026-03-02T21:00:00Z'))).toEqual({ limit: 36, reason: 'warm-up' });
    expect(dailyLimit(rules, since, at('2026-03-09T21:00:00Z'))).toBeNull();
  });

  it('gives way to a lower daily cap, and to a user who switches it off', () => {
    const since = at('2026-03-02T09:00:00Z');
    expect(dailyLimit({ ...rules, dailyCap: 10 }, since, since)).toEqual({ limit: 10, reason: 'daily-cap-reached' });
    expect(dailyLimit({ ...rules, pacing: { ...defaultPacing, warmUp: false } }, since, since)).toBeNull();
  });

  it('never falls from one day to the next', () => {
    const curve = fc.record({
      firstDay: fc.integer({ min: 1, max: 100 }),
      growth: fc.double({ min: 1, max: 3, noNaN: true }),
      days: fc.integer({ min: 2, max: 14 }),
    });
    fc.assert(
      fc.property(curve, fc.nat(12), (curve, day) => {
        fc.pre(day + 1 < curve.days);
        expect(warmUpLimit(curve, day + 1)!).toBeGreaterThanOrEqual(warmUpLimit(curve, day)!);
      }),
    );
  });
});

describe('the closing buffer', () => {
  it('closes the window earlier, to the second', () => {
    const shorter = lessClosingBuffer(daily, 45);
    expect(isOpenAt(shorter, at('2026-03-02T18:59:14Z'))).toBe(true);
    expect(isOpenAt(shorter, at('2026-03-02T18:59:15Z'))).toBe(false);
  });

  it('leaves a window alone that never closes', () => {
    const always = { ...daily, startMinute: 0, endMinute: 1440 };
    expect(lessClosingBuffer(always, 60)).toBe(always);
  });
});

describe('the ramp after a reconnect', () => {
  it('is threefold at first and over after ten minutes', () => {
    const opened = at('2026-03-02T09:00:00Z');
    expect(rampFactor(defaultPacing, opened, opened)).toBe(3);
    expect(rampFactor(defaultPacing, opened, at('2026-03-02T09:05:00Z'))).toBe(2);
    expect(rampFactor(defaultPacing, opened, at('2026-03-02T09:10:00Z'))).toBe(1);
    expect(rampFactor(defaultPacing, null, opened)).toBe(1);
    expect(rampFactor(sandboxPacing, opened, opened)).toBe(1);
  });
});

describe('longer pauses', () => {
  it('come after 23 to 37 messages where 30 are set, for two to five minutes', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(random, (drawn) => {
        const until = drawUntilPause(defaultPacing, () => drawn)!;
        expect(until).toBeGreaterThanOrEqual(23);
        expect(until).toBeLessThanOrEqual(37);
        const pause = drawPause(defaultPacing, () => drawn);
        expect(pause).toBeGreaterThanOrEqual(120_000);
        expect(pause).toBeLessThanOrEqual(300_000);
      }),
    );
    expect(drawUntilPause({ ...defaultPacing, pauseEvery: null }, Math.random)).toBeNull();
  });
});

describe('typing', () => {
  it('is shown for at most three seconds, and only where it is wanted', () => {
    const typing = { ...defaultPacing, typing: true };
    expect([typingFor(typing, 'Hi'), typingFor(typing, 'x'.repeat(60)), typingFor(typing, 'x'.repeat(4000))]).toEqual([
      800, 1500, 3000,
    ]);
    expect(typingFor(typing, null)).toBe(0);
    expect(typingFor(defaultPacing, 'Hello')).toBe(0);
  });
});

it('the platform’s defaults hold for what a user has not set, and the sandbox holds nothing up', () => {
  expect(pacingOf({ hourlyCap: 5 }, false)).toEqual({ ...defaultPacing, hourlyCap: 5 });
  expect(pacingOf({}, true)).toMatchObject({ hourlyCap: null, coldDailyCap: null, warmUp: false, pauseEvery: null });
});
