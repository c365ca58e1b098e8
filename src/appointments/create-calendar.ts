import ical, { ICalAttendeeRole, ICalAttendeeStatus, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { DateTime, IANAZone } from 'luxon';
import { oneLine } from '#src/emails/mail-headers.ts';
import { timeZoneRules } from './time-zone-rules.ts';

export type CalendarPerson = { name: string; email: string };
export type CalendarEntry = {
  /** Stays the same whatever becomes of it. */
  uid: string;
  /** Grows with every change. */
  sequence: number;
  startsAt: Date;
  endsAt: Date;
  /** IANA. */
  timeZone: string;
  title: string;
  description?: string | null;
  place?: string | null;
  status: 'tentative' | 'confirmed' | 'cancelled';
  changedAt: Date;
  organizer?: CalendarPerson | null;
  attendee?: (CalendarPerson & { accepted: boolean }) | null;
};
export type CalendarInput = {
  method: 'REQUEST' | 'CANCEL' | 'PUBLISH';
  name?: string;
  /** How often whoever subscribes should ask again. */
  refreshMinutes?: number;
  at: Date;
  entries: CalendarEntry[];
};

const statuses = {
  tentative: ICalEventStatus.TENTATIVE,
  confirmed: ICalEventStatus.CONFIRMED,
  cancelled: ICalEventStatus.CANCELLED,
} as const;
const DAY_MS = 86_400_000;
const LONGEST = 1000;

/** An iCalendar document (RFC 5545), each time on the clock of its zone, whose rules come along. */
export function createCalendar({ method, name, refreshMinutes, at, entries }: CalendarInput): string {
  const calendar = ical({ prodId: '//Ulak//Randevu//TR', method: ICalCalendarMethod[method] });
  if (name !== undefined) calendar.name(said(name));
  if (refreshMinutes !== undefined) calendar.ttl(refreshMinutes * 60);
  calendar.timezone({ name: null, generator: (zone) => rulesFor(zone, entries) });
  for (const entry of entries) addEntry(calendar, entry, at);
  return calendar.toString();
}

function addEntry(calendar: ReturnType<typeof ical>, entry: CalendarEntry, at: Date): void {
  const { uid, sequence, timeZone, title, description, place, status, changedAt, organizer, attendee } = entry;
  const local = (instant: Date) => DateTime.fromJSDate(instant, { zone: timeZone });
  const event = calendar.createEvent({
    id: uid,
    sequence,
    stamp: at,
    start: local(entry.startsAt),
    end: local(entry.endsAt),
    timezone: timeZone,
    summary: said(title),
    status: statuses[status],
    lastModified: changedAt,
    ...(description && { description: saidInLines(description) }),
    ...(place && { location: said(place) }),
  });
  if (organizer) event.organizer({ name: said(organizer.name), email: organizer.email });
  if (attendee)
    event.createAttendee({
      name: said(attendee.name),
      email: attendee.email,
      role: ICalAttendeeRole.REQ,
      status: attendee.accepted ? ICalAttendeeStatus.ACCEPTED : ICalAttendeeStatus.NEEDSACTION,
      // answers to the invitation itself go nowhere: the link in the mail is the way
      rsvp: false,
    });
}

function rulesFor(zone: string, entries: CalendarEntry[]): string | null {
  const times = entries
    .filter(({ timeZone }) => timeZone === zone)
    .flatMap(({ startsAt, endsAt }) => [startsAt.getTime(), endsAt.getTime()]);
  if (times.length === 0) return null;
  const [from, to] = times.reduce(
    ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
    [times[0]!, times[0]!],
  );
  return timeZoneRules(IANAZone.create(zone), new Date(from - DAY_MS), new Date(to + DAY_MS));
}

/** Quotes would end a parameter, and a name is one. */
const said = (text: string): string => oneLine(text).replaceAll('"', '”').trim().slice(0, LONGEST).toWellFormed();
const saidInLines = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map(said)
    .join('\n');
