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
  'export-ready': { name: string; url: string };
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
  'export-ready': { name: 'Ayşe Yılmaz', url: `${publicUrl}/exports/sample` },
});
