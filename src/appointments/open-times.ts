import type { daysOff, workingHours } from '#src/db/schema/working-hours.ts';
import type { Span } from './appointment.ts';
import { dateOf, instantOf, midnightOf, type Wall, wallOf, weekdayOf } from './wall-clock.ts';

export type Hours = Pick<typeof workingHours.$inferSelect, 'weekday' | 'startMinute' | 'endMinute'>;
export type DayOff = Pick<
  typeof daysOff.$inferSelect,
  'id' | 'consultantId' | 'fromDate' | 'toDate' | 'startMinute' | 'endMinute' | 'reason'
>;

/** When somebody works, as far as he or his organization has said. */
export type WorkingCalendar = {
  timeZone: string;
  hours: Hours[];
  /** Whose hours they are; `default`: nobody has said. */
  hoursOf: 'consultant' | 'organization' | 'default';
  daysOff: DayOff[];
};

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Monday to Friday, nine to six: what is offered of somebody whose hours nobody has set. */
export const defaultHours: Hours[] = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, startMinute: 540, endMinute: 1080 }));

/** The working hours between two instants: on the wall clock of the calendar's zone, whatever is done to the clock. Ordered, joined. */
export const workingTimes = (calendar: WorkingCalendar, from: Date, to: Date): Span[] =>
  joined(
    daysBetween(calendar, from, to).flatMap((midnight) =>
      calendar.hours
        .filter(({ weekday }) => weekday === weekdayOf(midnight))
        .map(({ startMinute, endMinute }) => spanOf(calendar, midnight, startMinute, endMinute)),
    ),
  );

/** What of the days between two instants is off, by which entry. */
export const timesOff = (calendar: WorkingCalendar, from: Date, to: Date): (Span & { dayOff: DayOff })[] =>
  daysBetween(calendar, from, to).flatMap((midnight) =>
    calendar.daysOff
      .filter(({ fromDate, toDate }) => fromDate <= dateOf(midnight) && dateOf(midnight) <= toDate)
      .map((dayOff) => ({
        ...spanOf(calendar, midnight, dayOff.startMinute ?? 0, dayOff.endMinute ?? 1440),
        dayOff,
      })),
  );

/** Working hours less days off. */
export const openTimes = (calendar: WorkingCalendar, from: Date, to: Date): Span[] =>
  without(workingTimes(calendar, from, to), joined(timesOff(calendar, from, to)));

/** Local midnights of every day that has something of the time between them, and one more on either side. */
function daysBetween({ timeZone }: WorkingCalendar, from: Date, to: Date): Wall[] {
  const first = Math.floor(wallOf(from, timeZone) / DAY) - 1;
  const last = Math.floor(wallOf(to, timeZone) / DAY) + 1;
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * DAY);
}

const spanOf = ({ timeZone }: WorkingCalendar, midnight: Wall, startMinute: number, endMinute: number): Span => ({
  startsAt: instantOf(midnight + startMinute * MINUTE, timeZone),
  endsAt: instantOf(midnight + endMinute * MINUTE, timeZone),
});

/** Ordered, and without overlaps and seams: two days that meet at midnight are one piece. */
export function joined(spans: Span[]): Span[] {
  const pieces: Span[] = [];
  for (const { startsAt, endsAt } of spans.toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime())) {
    if (startsAt >= endsAt) continue;
    const last = pieces.at(-1);
    if (last && startsAt <= last.endsAt) last.endsAt = endsAt > last.endsAt ? endsAt : last.endsAt;
    else pieces.push({ startsAt, endsAt });
  }
  return pieces;
}

/** What is left of the one when the other is taken away; both ordered and without overlaps. */
export function without(spans: Span[], taken: Span[]): Span[] {
  const left: Span[] = [];
  let first = 0;
  for (const { startsAt, endsAt } of spans) {
    let from = startsAt;
    while (taken[first] && taken[first]!.endsAt <= startsAt) first++;
    for (let i = first; taken[i] && taken[i]!.startsAt < endsAt; i++) {
      if (taken[i]!.startsAt > from) left.push({ startsAt: from, endsAt: taken[i]!.startsAt });
      if (taken[i]!.endsAt > from) from = taken[i]!.endsAt;
    }
    if (from < endsAt) left.push({ startsAt: from, endsAt });
  }
  return left;
}

export const isWithin = (span: Span, open: Span[]): boolean =>
  open.some(({ startsAt, endsAt }) => startsAt <= span.startsAt && span.endsAt <= endsAt);

export const overlaps = (a: Span, b: Span): boolean => a.startsAt < b.endsAt && b.startsAt < a.endsAt;

/** ISO dates of the calendar's zone between which everything of these instants lies. */
export const datesBetween = (timeZone: string, from: Date, to: Date): { first: string; last: string } => ({
  first: dateOf(wallOf(from, timeZone) - DAY),
  last: dateOf(midnightOf(dateOf(wallOf(to, timeZone))) + DAY),
});
