import { describe, expect, it } from 'vitest';
import { closesAt, isOpenAt, nextOpening, type SendingWindow } from '#src/windows/sending-window.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const [FROM, TO] = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2029-01-01T00:00:00Z')];
const [NINE, TEN_AT_NIGHT] = [9 * HOUR, 22 * HOUR];

/** From these instants on, the zone's clock is so far from UTC: read from Intl alone, of which our own code knows nothing. */
type Clock = { from: number; offset: number }[];

const parts = { hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' } as const;
const times = { hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;

function readClock(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, ...parts, ...times });
  const offsetAt = (at: number): number => {
    const shown = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year, month, day, hour, minute, second } = shown as Record<string, number>;
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - at;
  };
  const clock: Clock = [{ from: Number.NEGATIVE_INFINITY, offset: offsetAt(FROM - 2 * DAY) }];
  for (let at = FROM - 2 * DAY; at < TO + 2 * DAY; at += 7 * DAY) {
    const offset = offsetAt(at + 7 * DAY);
    if (offset === clock.at(-1)!.offset) continue;
    let [before, after] = [at, at + 7 * DAY];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (offsetAt(middle) === offset) after = middle;
      else before = middle;
    }
    clock.push({ from: after, offset });
  }
  return clock;
}

const timeOfDay = (clock: Clock, at: number): number =>
  (at + clock.findLast(({ from }) => from <= at)!.offset + 10_000 * DAY) % DAY;
const mayWrite = (clock: Clock, at: number): boolean => {
  const time = timeOfDay(clock, at);
  return time >= NINE && time < TEN_AT_NIGHT;
};
const daytime = (timeZone: string): SendingWindow => ({
  startMinute: 540,
  endMinute: 1320,
  days: [1, 2, 3, 4, 5, 6, 7],
  timeZone,
});

const zones = Intl.supportedValuesOf('timeZone').map((timeZone) => ({ timeZone, clock: readClock(timeZone) }));

describe('G4: 09:00 to 22:00 local time, 2026 to 2028', () => {
  it('in every zone that there is, on both sides of every change of its clock, what is open is daytime', () => {
    expect(zones.length).toBeGreaterThan(400);
    const breaches: string[] = [];
    let changes = 0;
    for (const { timeZone, clock } of zones) {
      const window = daytime(timeZone);
      for (const { from } of [{ from: FROM }, ...clock.slice(1)]) {
        changes++;
        for (const at of [from - HOUR, from - 1, from, from + 1, from + HOUR, from + 8 * HOUR, from + 20 * HOUR])
          if (isOpenAt(window, new Date(at)) !== mayWrite(clock, at))
            breaches.push(`${timeZone} ${new Date(at).toISOString()}`);
      }
    }
    expect(changes).toBeGreaterThan(1000);
    expect(breaches).toEqual([]);
  });

  // zones whose clocks go alike for three years are walked once
  const alike = new Map(zones.map((zone) => [JSON.stringify(zone.clock), zone]));

  it('a lane that sends from the first to the last allowed instant of every day never sends outside, and misses no day', () => {
    const breaches: string[] = [];
    for (const { timeZone, clock } of alike.values()) {
      const window = daytime(timeZone);
      let [days, at] = [0, FROM];
      while (at < TO) {
        const opening = nextOpening(window, new Date(at))!.getTime();
        const closing = closesAt(window, new Date(opening))!.getTime();
        for (const sent of [opening, opening + (closing - opening) / 2, closing - 1])
          if (!mayWrite(clock, sent)) breaches.push(`${timeZone} ${new Date(sent).toISOString()}`);
        if (mayWrite(clock, closing)) breaches.push(`${timeZone} closed early ${new Date(closing).toISOString()}`);
        days++;
        at = closing;
      }
      if (days < 1096) breaches.push(`${timeZone}: open on ${days} days only`);
    }
    expect(alike.size).toBeGreaterThan(50);
    expect(breaches).toEqual([]);
  }, 60_000);
});
