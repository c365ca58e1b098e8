import ICAL from 'ical.js';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { type CalendarEntry, createCalendar } from '#src/appointments/create-calendar.ts';

const at = new Date('2026-03-02T09:00:00Z');
const entry = (more: Partial<CalendarEntry> = {}): CalendarEntry => ({
  uid: 'one@ulak',
  sequence: 3,
  startsAt: new Date('2026-03-16T18:00:00Z'),
  endsAt: new Date('2026-03-16T19:00:00Z'),
  timeZone: 'Europe/Istanbul',
  title: 'Ön görüşme',
  status: 'confirmed',
  changedAt: at,
  ...more,
});
const read = (...entries: CalendarEntry[]) => {
  const text = createCalendar({ method: 'REQUEST', at, entries });
  const root = new ICAL.Component(ICAL.parse(text));
  for (const zone of root.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const events = root.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
  ICAL.TimezoneService.reset();
  return { text, root, events };
};

describe('an entry for a calendar', () => {
  it('a second library reads what was written: Turkish letters, quotes, line breaks and what would be syntax', () => {
    const title = 'Işıl; "Çınar", ĞÜŞİÖÇ ğüşıöç\\n : deneme '.repeat(3).trim();
    const { text, root, events } = read(
      entry({
        title: `${title}\r\nBEGIN:VEVENT`,
        description: 'bir\niki; üç',
        place: 'Bağdat Cad. 12, Kadıköy',
        organizer: { name: 'Çınar & Şahin: "Ltd."; x', email: 'bilgi@cinar.example' },
        attendee: { name: 'Ayşe, Yılmaz', email: 'ayse@example.com', accepted: false },
      }),
    );
    expect(events).toHaveLength(1);
    const [event] = events;
    expect(event!.summary).toBe(`${title.replaceAll('"', '”')} BEGIN:VEVENT`);
    expect(event!.description).toBe('bir\niki; üç');
    expect(event!.location).toBe('Bağdat Cad. 12, Kadıköy');
    expect(event!.uid).toBe('one@ulak');
    expect(event!.sequence).toBe(3);
    expect(event!.organizer).toBe('mailto:bilgi@cinar.example');
    const [attendee] = event!.attendees;
    expect(attendee!.getParameter('cn')).toBe('Ayşe, Yılmaz');
    expect(attendee!.getParameter('partstat')).toBe('NEEDS-ACTION');
    expect(root.getFirstPropertyValue('method')).toBe('REQUEST');
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  it.each([
    ['Europe/Istanbul', '2026-03-28T22:30:00Z', '2026-03-29T01:30:00Z'],
    ['Europe/Berlin', '2026-03-28T22:30:00Z', '2026-03-29T01:30:00Z'],
    ['Europe/Berlin', '2026-10-24T22:30:00Z', '2026-10-25T03:30:00Z'],
    ['America/New_York', '2026-11-01T03:00:00Z', '2026-11-01T08:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T12:00:00Z', '2026-04-04T18:00:00Z'],
    ['Africa/Casablanca', '2026-02-14T12:00:00Z', '2026-03-23T12:00:00Z'],
  ])(
    'in %s from %s to %s: the same instants by the rules that come along, on the clock of the zone',
    (timeZone, from, to) => {
      const { events } = read(entry({ timeZone, startsAt: new Date(from), endsAt: new Date(to) }));
      expect(events[0]!.startDate.toJSDate().toISOString()).toBe(new Date(from).toISOString());
      expect(events[0]!.endDate.toJSDate().toISOString()).toBe(new Date(to).toISOString());
      expect(events[0]!.startDate.hour).toBe(DateTime.fromISO(from, { zone: timeZone }).hour);
    },
  );

  it('over a year of weekly entries, every one of them on the right side of both changes of the clock', () => {
    const entries = Array.from({ length: 60 }, (_, week) =>
      entry({
        uid: `${week}@ulak`,
        timeZone: 'Europe/Berlin',
        startsAt: DateTime.fromISO('2026-01-05T21:00', { zone: 'Europe/Berlin' }).plus({ weeks: week }).toJSDate(),
        endsAt: DateTime.fromISO('2026-01-05T22:00', { zone: 'Europe/Berlin' }).plus({ weeks: week }).toJSDate(),
      }),
    );
    const { events } = read(...entries);
    expect(events.map(({ startDate }) => startDate.toJSDate().getTime())).toEqual(
      entries.map(({ startsAt }) => startsAt.getTime()),
    );
    expect(new Set(events.map(({ startDate }) => startDate.hour))).toEqual(new Set([21]));
  });

  it('called off', () => {
    const { text } = read(entry({ status: 'cancelled' }));
    expect(text).toContain('STATUS:CANCELLED');
  });
});
