import type { mailKinds } from '#src/db/schema/emails.ts';

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
  'webhook-endpoint-disabled': { name: string; organization: string; endpoint: string; days: number };
  'appointment-requested': AppointmentData & { url: string };
  'appointment-confirmed': AppointmentData & { url: string };
  'appointment-moved': AppointmentData & { url: string };
  'appointment-cancelled': AppointmentData;
  'appointment-reminder': AppointmentData & { url: string };
};

/** `when` as its reader writes times; `place`: where, or the link to where. */
export type AppointmentData = {
  organization: string;
  customer: string;
  title: string;
  when: string;
  place: string;
  consultant: string;
};

const sampleAppointment: AppointmentData = {
  organization: 'Çınar & Şahin Ltd.',
  customer: 'Işıl Güneş',
  title: 'Ön görüşme',
  when: '16.03.2026 21:00',
  place: 'Bağdat Caddesi 12, Kadıköy',
  consultant: 'Burak Demir',
};

/** For the preview. */
export const sampleData = (publicUrl: string): MailData => ({
  'verify-address': { name: 'Ayşe Yılmaz', url: `${publicUrl}/verify-address/sample` },
  'reset-password': { name: 'Ayşe Yılmaz', url: `${publicUrl}/reset-password/sample` },
  invitation: { organization: 'Çınar & Şahin Ltd.', inviter: 'Burak Demir', url: `${publicUrl}/reset-password/sample` },
  'instance-disconnected': { instance: 'Satış hattı', organization: 'Çınar & Şahin Ltd.' },
  'instance-unhealthy': { instance: 'Satış hattı', organization: 'Çınar & Şahin Ltd.' },
  'credits-low': { name: 'Ayşe Yılmaz', credits: 1250 },
  'campaign-finished': { campaign: 'Bahar indirimi', sent: 12480, failed: 37 },
  'campaign-paused': { campaign: 'Bahar indirimi', mails: 1240, bounced: 96, complained: 1 },
  'export-ready': { name: 'Ayşe Yılmaz', url: `${publicUrl}/exports/sample` },
  'webhook-endpoint-disabled': {
    name: 'Ayşe Yılmaz',
    organization: 'Çınar & Şahin Ltd.',
    endpoint: 'https://crm.example.com/hooks/ulak',
    days: 5,
  },
  'appointment-requested': { ...sampleAppointment, url: `${publicUrl}/appointments/sample` },
  'appointment-confirmed': { ...sampleAppointment, url: `${publicUrl}/appointments/sample` },
  'appointment-moved': { ...sampleAppointment, url: `${publicUrl}/appointments/sample` },
  'appointment-cancelled': sampleAppointment,
  'appointment-reminder': { ...sampleAppointment, url: `${publicUrl}/appointments/sample` },
});
