import type { Language } from '#src/platform/language.ts';
import type { AppointmentVariable } from './template.ts';

export type AppointmentFacts = {
  startsAt: Date;
  title: string;
  place?: string | null | undefined;
  consultantName?: string | null | undefined;
};

const locales = { tr: 'tr-TR', en: 'en-US' };

/** What texts say of an appointment: its time as people of the language write it, on the clock of the time zone. */
export function appointmentValues(
  { startsAt, title, place = null, consultantName = null }: AppointmentFacts,
  { language, timeZone }: { language: Language; timeZone: string },
): Record<AppointmentVariable, string | null> {
  const say = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locales[language], { timeZone, ...options }).format(startsAt).replaceAll(/\s/gu, ' ');
  const date = say({ dateStyle: 'full' });
  const time = say({ hour: 'numeric', minute: '2-digit' });
  return {
    'appointment.startsAt': language === 'tr' ? `${date}, saat ${time}` : `${date} at ${time}`,
    'appointment.date': date,
    'appointment.time': time,
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
