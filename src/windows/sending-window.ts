import { IANAZone } from 'luxon';

/** Local hours in which bulk messages may go out. Minutes count from local midnight; `endMinute` is up to 1440. */
export type SendingWindow = {
  startMinute: number;
  endMinute: number;
  /** ISO weekdays, 1 is Monday. None: never open. */
  days: number[];
  timeZone: string;
};

/** Every minute of every day. */
export const ALWAYS_OPEN: SendingWindow = {
  startMinute: 0,
  endMinute: 1440,
  days: [1, 2, 3, 4, 5, 6, 7],
  timeZone: 'UTC',
};

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** A week without an opening means never, but for a day that the zone skips (Apia, 30 December 2011). */
const HORIZON = 16 * DAY;

/**
 * Open means: the wall clock in the window's zone shows an allowed weekday and a time in [start, end).
 * Where the clock is moved, that alone decides: an opening inside a gap happens at the first minute that exists after it;
 * an hour lived twice is judged by what the clock shows each time; a day that is skipped never opens.
 */
export function isOpenAt(window: SendingWindow, instant: Date): boolean {
  return isOpenOnWallClock(window, instant.getTime() + offsetAt(zoneOf(window), instant.getTime()));
}

/** The first instant at or after `from` at which the window is open; null when it never opens. */
export const nextOpening = (window: SendingWindow, from: Date): Date | null => firstInstant(window, from, nextOpenWall);

/** The first instant at or after `instant` at which the window is closed; null when it stays open for the next fortnight. */
export const closesAt = (window: SendingWindow, instant: Date): Date | null =>
  firstInstant(window, instant, nextClosedWall);

/** What both allow, in the first one's zone. */
export function intersectWindows(
  window: SendingWindow,
  outer: Pick<SendingWindow, 'startMinute' | 'endMinute' | 'days'>,
): SendingWindow {
  const startMinute = Math.max(window.startMinute, outer.startMinute);
  const endMinute = Math.min(window.endMinute, outer.endMinute);
  const days = startMinute < endMinute ? window.days.filter((day) => outer.days.includes(day)) : [];
  return { ...window, startMinute, endMinute, days };
}

function zoneOf(window: SendingWindow): IANAZone {
  const zone = IANAZone.create(window.timeZone);
  if (!zone.isValid) throw new RangeError(`No such time zone: ${window.timeZone}`);
  return zone;
}

const offsetAt = (zone: IANAZone, at: number): number => zone.offset(at) * MINUTE;

/** Between two changes of the clock, local time is UTC plus a constant: plain arithmetic, one stretch after the other. */
function firstInstant(
  window: SendingWindow,
  from: Date,
  nextWall: (w: SendingWindow, wall: number) => number,
): Date | null {
  const zone = zoneOf(window);
  const limit = from.getTime() + HORIZON;
  let at = from.getTime();
  while (at < limit) {
    const offset = offsetAt(zone, at);
    const found = nextWall(window, at + offset) - offset;
    const stretchEnd = nextChange(zone, at, Math.min(limit, found + 1));
    if (found < stretchEnd) return new Date(found);
    at = stretchEnd;
  }
  return null;
}

/** When the zone's clock is next moved, to the millisecond; `limit` when it is not moved before. */
function nextChange(zone: IANAZone, from: number, limit: number): number {
  const offset = zone.offset(from);
  let same = from;
  let other = from;
  while (zone.offset(other) === offset) {
    if (other >= limit) return limit;
    same = other;
    other = Math.min(other + DAY, limit);
  }
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (zone.offset(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}

const dayOf = (wall: number): number => Math.floor(wall / DAY);
/** Day 0, 1 January 1970, was a Thursday. */
const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;
const allows = (window: SendingWindow, day: number): boolean =>
  window.startMinute < window.endMinute && window.days.includes(weekdayOf(day));

function isOpenOnWallClock(window: SendingWindow, wall: number): boolean {
  const time = wall - dayOf(wall) * DAY;
  return allows(window, dayOf(wall)) && time >= window.startMinute * MINUTE && time < window.endMinute * MINUTE;
}

function nextOpenWall(window: SendingWindow, wall: number): number {
  if (isOpenOnWallClock(window, wall)) return wall;
  for (let day = dayOf(wall); day <= dayOf(wall) + 7; day++) {
    const opening = day * DAY + window.startMinute * MINUTE;
    if (allows(window, day) && opening >= wall) return opening;
  }
  return Number.POSITIVE_INFINITY;
}

/** Windows that end at 24:00 and begin at 00:00 make one opening over several days. */
function nextClosedWall(window: SendingWindow, wall: number): number {
  let at = wall;
  while (isOpenOnWallClock(window, at)) {
    if (at > wall + HORIZON) return Number.POSITIVE_INFINITY;
    at = dayOf(at) * DAY + window.endMinute * MINUTE;
  }
  return at;
}
