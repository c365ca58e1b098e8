import { IANAZone } from 'luxon';

/** What a clock on the wall shows, as milliseconds: those of the instant at which a clock in UTC shows the same. */
export type Wall = number;

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** What the clock of a zone shows at an instant. */
export const wallOf = (at: Date, timeZone: string): Wall => at.getTime() + offsetAt(timeZone, at.getTime());

/**
 * When the clock of a zone shows that. Shown twice (the clock was put back): the first time. Never shown (it was put
 * forward): as much later as it was put forward. Both as RFC 5545 has it (3.3.5).
 */
export function instantOf(wall: Wall, timeZone: string): Date {
  const before = wall - offsetAt(timeZone, wall - DAY);
  const after = wall - offsetAt(timeZone, wall + DAY);
  const shows = (at: number) => at + offsetAt(timeZone, at) === wall;
  return new Date(shows(before) || !shows(after) ? before : after);
}

/** `2026-03-02T14:00` */
export const formatWall = (wall: Wall): string => new Date(wall).toISOString().slice(0, 16);
export const parseWall = (text: string): Wall => Date.parse(`${text}:00Z`);

/** `2026-03-02` */
export const dateOf = (wall: Wall): string => new Date(wall).toISOString().slice(0, 10);
export const midnightOf = (date: string): Wall => Date.parse(`${date}T00:00:00Z`);

/** ISO: 1 is Monday. Day 0, 1 January 1970, was a Thursday. */
export const weekdayOf = (wall: Wall): number => ((((Math.floor(wall / DAY) + 3) % 7) + 7) % 7) + 1;

const offsetAt = (timeZone: string, at: number): number => IANAZone.create(timeZone).offset(at) * MINUTE;
