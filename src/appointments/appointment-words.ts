import type { Language } from '#src/platform/language.ts';
import { sayInstant } from '#src/platform/time.ts';
import type { AppointmentFacts } from './read-appointment-facts.ts';

/** When it is, as people of the language write it, on the clock of the appointment's zone. */
export const sayWhen = (at: Date, language: Language, timeZone: string): string =>
  sayInstant(at, { language, timeZone });

/** Where it is, or where to click. */
export const sayWhere = ({ place, link }: { place: string | null; link: string | null }): string =>
  [place, link].filter(Boolean).join(' · ');

type Line = { greeting: string; ask: string; remind: string; answer: string; change: string; with: string };
const texts: Record<Language, (customer: string, organization: string) => Line> = {
  tr: (customer, organization) => ({
    greeting: `Merhaba ${customer},`,
    ask: `${organization} sizin için bu randevuyu öneriyor:`,
    remind: `${organization} randevunuzu hatırlatmak ister:`,
    answer: 'Onaylamak, reddetmek ya da başka bir zaman istemek için:',
    change: 'Değiştirmek ya da iptal etmek için:',
    with: 'Görüşeceğiniz kişi',
  }),
  en: (customer, organization) => ({
    greeting: `Hello ${customer},`,
    ask: `${organization} proposes this appointment:`,
    remind: `a reminder of your appointment with ${organization}:`,
    answer: 'To confirm, decline or ask for another time:',
    change: 'To change or cancel it:',
    with: 'With',
  }),
};

/** What a customer reads on WhatsApp when nobody chose a template; `url` leads to the page where he answers. */
export function whatsappWords(
  facts: AppointmentFacts,
  language: Language,
  what: 'ask' | 'remind',
  url: string,
): string {
  const { appointment, customer, organization, consultant } = facts;
  const say = texts[language](customer.firstName, organization.name);
  const where = sayWhere(appointment);
  const details = [
    `🗓 ${sayWhen(appointment.startsAt, language, appointment.timeZone)}`,
    `✨ ${appointment.title}`,
    ...(consultant ? [`👤 ${consultant.name}`] : []),
    ...(where ? [`📍 ${where}`] : []),
  ];
  return `${say.greeting} ${say[what]}\n\n${details.join('\n')}\n\n${what === 'ask' ? say.answer : say.change}\n${url}`;
}

/** The same as an SMS: every character is paid for. A reminder says when and where, and no more. */
export function smsWords(facts: AppointmentFacts, language: Language, what: 'ask' | 'remind', url: string): string {
  const { appointment, organization } = facts;
  const when = sayWhen(appointment.startsAt, language, appointment.timeZone);
  const short = appointment.title.slice(0, 60).toWellFormed();
  const name = organization.name.slice(0, 40).toWellFormed();
  if (what === 'remind') {
    const where = (appointment.place ?? appointment.link ?? '').slice(0, 120).toWellFormed();
    const head = language === 'tr' ? 'Randevunuzu hatırlatırız' : 'A reminder of your appointment';
    return `${head}: ${short}, ${when}${where ? `, ${where}` : ''}. ${name}`;
  }
  return language === 'tr'
    ? `${name} size randevu öneriyor: ${short}, ${when}. Yanıtlamak için: ${url}`
    : `${name} proposes an appointment: ${short}, ${when}. To answer: ${url}`;
}
