import type { templateCategories, templateChannels, templates, templateVersions } from '#src/db/schema/templates.ts';
import type { campaignVariables } from '#src/personalisation/personalisation.ts';
import type { Text } from '#src/platform/language.ts';

export type TemplateRow = typeof templates.$inferSelect;
export type VersionRow = typeof templateVersions.$inferSelect;
export type TemplateChannel = (typeof templateChannels)[number];
export type TemplateCategory = (typeof templateCategories)[number];
/** Which version of which template a text is from. */
export type TemplateRef = { id: string; version: number };

/** UTF-16 units of what is sent. WhatsApp: see whatsapp-facts; SMS: six parts, beyond which operators refuse. */
export const textLimits = { whatsapp: 4096, sms: 918 } as const;

export const categoryNames: Record<TemplateCategory, Text> = {
  'appointment-reminder': { tr: 'Randevu hatırlatma', en: 'Appointment reminder' },
  'appointment-confirmation': { tr: 'Randevu onayı', en: 'Appointment confirmation' },
  welcome: { tr: 'Hoş geldiniz', en: 'Welcome' },
  offer: { tr: 'Kampanya ve fırsat', en: 'Offer' },
  birthday: { tr: 'Doğum günü', en: 'Birthday' },
  'follow-up': { tr: 'Takip', en: 'Follow-up' },
  payment: { tr: 'Ödeme', en: 'Payment' },
  feedback: { tr: 'Geri bildirim', en: 'Feedback' },
  'quick-reply': { tr: 'Hızlı yanıt', en: 'Quick reply' },
  other: { tr: 'Diğer', en: 'Other' },
};

const customer: Record<(typeof campaignVariables)[number], Text> = {
  firstName: { tr: 'Müşterinin adı', en: 'The customer’s first name' },
  lastName: { tr: 'Müşterinin soyadı', en: 'The customer’s last name' },
  fullName: { tr: 'Müşterinin adı ve soyadı', en: 'The customer’s first and last name' },
  phone: { tr: 'Müşterinin telefonu', en: 'The customer’s phone' },
  email: { tr: 'Müşterinin e-posta adresi', en: 'The customer’s email address' },
};
const organization = {
  'organization.name': { tr: 'İşletmenizin adı', en: 'The name of your business' },
  'organization.address': { tr: 'İşletmenizin adresi', en: 'The address of your business' },
  'organization.phone': { tr: 'İşletmenizin telefonu', en: 'The phone of your business' },
  'organization.website': { tr: 'İşletmenizin web sitesi', en: 'The website of your business' },
  'organization.workingHours': { tr: 'Çalışma saatleriniz', en: 'Your working hours' },
  'organization.mapUrl': { tr: 'Harita bağlantınız', en: 'Your link to a map' },
} satisfies Record<string, Text>;
const appointment = {
  'appointment.startsAt': { tr: 'Randevunun günü ve saati', en: 'Day and time of the appointment' },
  'appointment.date': { tr: 'Randevunun günü', en: 'Day of the appointment' },
  'appointment.time': { tr: 'Randevunun saati', en: 'Time of the appointment' },
  'appointment.title': { tr: 'Randevunun konusu', en: 'What the appointment is about' },
  'appointment.place': { tr: 'Randevunun yeri', en: 'Where the appointment is' },
  'consultant.name': { tr: 'Danışmanın adı', en: 'The consultant’s name' },
} satisfies Record<string, Text>;

export type OrganizationVariable = keyof typeof organization;
export type AppointmentVariable = keyof typeof appointment;
export const organizationVariables = Object.keys(organization) as OrganizationVariable[];
export const appointmentVariables = Object.keys(appointment) as AppointmentVariable[];

/** Categories whose texts are about an appointment. */
const ABOUT_APPOINTMENTS: readonly TemplateCategory[] = [
  'appointment-reminder',
  'appointment-confirmation',
  'follow-up',
  'feedback',
];

/** Whether its texts go only to somebody who has an appointment: they inform, and are no marketing. */
export const isAboutAppointments = (category: TemplateCategory): boolean =>
  category === 'appointment-reminder' || category === 'appointment-confirmation';

/** What a text of the category may say, and of whom or what it is. */
export const describeVariables = (category: TemplateCategory): Record<string, Text> => ({
  ...customer,
  ...organization,
  ...(ABOUT_APPOINTMENTS.includes(category) && appointment),
});

export const variablesOfCategory = (category: TemplateCategory): string[] => Object.keys(describeVariables(category));

/** What nobody but an appointment can fill. */
export const needsAppointment = (variables: readonly string[]): string[] =>
  variables.filter((name) => (appointmentVariables as string[]).includes(name));
