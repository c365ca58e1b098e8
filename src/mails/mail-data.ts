import type { mailKinds } from '#src/db/schema/emails.ts';
import type { Language } from '#src/platform/language.ts';
import { sayInstant } from '#src/platform/time.ts';

export type MailKind = (typeof mailKinds)[number];

/** What each of the system's own mails says besides its words. `url` is where its button leads: a page of ours. */
export type MailData = {
  'verify-address': { name: string; url: string };
  'reset-password': { name: string; url: string };
  invitation: { organization: string; inviter: string; url: string };
  'instance-disconnected': { instance: string; organization: string };
  'instance-unhealthy': { instance: string; organization: string };
  'credits-low': { name: string; credits: number };
  'campaign-finished': { campaign: string; sent: number; failed: number };
  'campaign-paused': { campaign: string; mails: number; bounced: number; complained: number };
  'export-ready': { name: string; url: string };
  'report-ready': { name: string; organization: string; report: string; period: string };
  'webhook-endpoint-disabled': { name: string; organization: string; endpoint: string; days: number };
  'appointment-requested': AppointmentData & { url: string };
  'appointment-confirmed': AppointmentData & { url: string };
  'appointment-moved': AppointmentData & { url: string };
  'appointment-cancelled': AppointmentData;
  'appointment-reminder': AppointmentData & { url: string };
  'appointment-approved': AnswerData;
  'appointment-declined': AnswerData;
  'appointment-time-proposed': AnswerData & { proposed: string; note: string };
};

/** For the consultant, of what a customer has answered. */
export type AnswerData = Omit<AppointmentData, 'consultant'> & { name: string };

/** `when` as its reader writes times; `place`: where, or the link to where. Empty: not told. */
export type AppointmentData = {
  organization: string;
  customer: string;
  title: string;
  when: string;
  place: string;
  consultant: string;
};

const sampleAppointment = (language: Language): AppointmentData => ({
  organization: 'Çınar & Şahin Ltd.',
  customer: 'Işıl Güneş',
  title: 'Ön görüşme',
  when: sayInstant(new Date('2026-03-16T18:00:00Z'), { language, timeZone: 'Europe/Istanbul' }),
  place: 'Bağdat Caddesi 12, Kadıköy',
  consultant: 'Burak Demir',
});

/** For the preview. */
export const sampleData = (publicUrl: string, language: Language = 'tr'): MailData => ({
  'verify-address': { name: 'Ayşe Yılmaz', url: `${publicUrl}/verify-address/sample` },
  'reset-password': { name: 'Ayşe Yılmaz', url: `${publicUrl}/reset-password/sample` },
  invitation: { organization: 'Çınar & Şahin Ltd.', inviter: 'Burak Demir', url: `${publicUrl}/reset-password/sample` },
  'instance-disconnected': { instance: 'Satış hattı', organization: 'Çınar & Şahin Ltd.' },
  'instance-unhealthy': { instance: 'Satış hattı', organization: 'Çınar & Şahin Ltd.' },
  'credits-low': { name: 'Ayşe Yılmaz', credits: 1250 },
  'campaign-finished': { campaign: 'Bahar indirimi', sent: 12480, failed: 37 },
  'campaign-paused': { campaign: 'Bahar indirimi', mails: 1240, bounced: 96, complained: 1 },
  'export-ready': { name: 'Ayşe Yılmaz', url: `${publicUrl}/exports/sample` },
  'report-ready': {
    name: 'Ayşe Yılmaz',
    organization: 'Çınar & Şahin Ltd.',
    report: 'Aylık performans raporu',
    period: 'Ekim 2026',
  },
  'webhook-endpoint-disabled': {
    name: 'Ayşe Yılmaz',
    organization: 'Çınar & Şahin Ltd.',
    endpoint: 'https://crm.example.com/hooks/ulak',
    days: 5,
  },
  'appointment-requested': { ...sampleAppointment(language), url: `${publicUrl}/a/sample` },
  'appointment-confirmed': { ...sampleAppointment(language), url: `${publicUrl}/a/sample` },
  'appointment-moved': { ...sampleAppointment(language), url: `${publicUrl}/a/sample` },
  'appointment-cancelled': sampleAppointment(language),
  'appointment-reminder': { ...sampleAppointment(language), url: `${publicUrl}/a/sample` },
  'appointment-approved': { ...sampleAppointment(language), name: 'Burak Demir' },
  'appointment-declined': { ...sampleAppointment(language), name: 'Burak Demir' },
  'appointment-time-proposed': {
    ...sampleAppointment(language),
    name: 'Burak Demir',
    proposed: sayInstant(new Date('2026-03-17T08:00:00Z'), { language, timeZone: 'Europe/Istanbul' }),
    note: 'Pazartesi akşamları gelemiyorum, salı olur mu?',
  },
});
