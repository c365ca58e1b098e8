import type { Language } from '#src/platform/language.ts';
import { type Reader, sayDay, sayInstant, sayTime } from '#src/platform/time.ts';
import type { AppointmentVariable } from './template.ts';

export type AppointmentFacts = {
  startsAt: Date;
  title: string;
  place?: string | null | undefined;
  consultantName?: string | null | undefined;
  /** IANA; left out: the acting user's. */
  timeZone?: string | undefined;
};

/** What texts say of an appointment: its time as people of the language write it, on the clock of the time zone. */
export function appointmentValues(
  { startsAt, title, place = null, consultantName = null }: AppointmentFacts,
  reader: Reader,
): Record<AppointmentVariable, string | null> {
  return {
    'appointment.startsAt': sayInstant(startsAt, reader),
    'appointment.date': sayDay(startsAt, reader),
    'appointment.time': sayTime(startsAt, reader),
    'appointment.title': title,
    'appointment.place': place,
    'consultant.name': consultantName,
  };
}

/** For a look at a text that nobody has an appointment for yet. */
export const sampleAppointment = (now: Date, language: Language): AppointmentFacts => ({
  startsAt: new Date(Math.ceil(now.getTime() / 3_600_000) * 3_600_000 + 26 * 3_600_000),
  title: language === 'tr' ? 'Cilt bakımı' : 'Skin care',
  place: language === 'tr' ? 'Bağdat Cad. 12, İstanbul' : '12 Bağdat Street, Istanbul',
  consultantName: 'Selin Kaya',
});
