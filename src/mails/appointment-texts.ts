import type { Language } from '#src/platform/language.ts';
import type { MailText } from './mail-texts.ts';

const greeting: Record<Language, string> = { tr: 'Merhaba {customer},', en: 'Hello {customer},' };
const details: Record<Language, string[]> = {
  tr: ['Konu: {title}', 'Zaman: {when}', 'Yer: {place}', 'Görüşeceğiniz kişi: {consultant}'],
  en: ['About: {title}', 'When: {when}', 'Where: {place}', 'With: {consultant}'],
};

type Words = { subject: string; title: string; line: string; button?: string; note?: string };

/** A mail to a customer, in the name of the organization. */
const about = (language: Language, { line, ...words }: Words): MailText => ({
  ...words,
  lines: [greeting[language], line, details[language].join('<br />')],
  inNameOf: 'organization',
});

export const appointmentRequested: Record<Language, MailText> = {
  tr: about('tr', {
    subject: 'Randevunuzu onaylar mısınız? {title}, {when}',
    title: 'Bu zaman size uyar mı?',
    line: '{organization} sizin için aşağıdaki randevuyu öneriyor.',
    button: 'Onayla ya da başka zaman iste',
    note: 'Onaylamadığınız sürece randevu kesinleşmez.',
  }),
  en: about('en', {
    subject: 'Can you confirm? {title}, {when}',
    title: 'Does this time suit you?',
    line: '{organization} proposes the appointment below.',
    button: 'Confirm or ask for another time',
    note: 'The appointment is not settled until you confirm it.',
  }),
};
export const appointmentConfirmed: Record<Language, MailText> = {
  tr: about('tr', {
    subject: 'Randevunuz kesinleşti: {title}, {when}',
    title: 'Randevunuz kesinleşti',
    line: '{organization} ile randevunuz kesinleşti. Takvim kaydı ektedir.',
    button: 'Randevuyu değiştir ya da iptal et',
  }),
  en: about('en', {
    subject: 'Your appointment is confirmed: {title}, {when}',
    title: 'Your appointment is confirmed',
    line: 'Your appointment with {organization} is confirmed. The calendar entry is attached.',
    button: 'Change or cancel the appointment',
  }),
};
export const appointmentMoved: Record<Language, MailText> = {
  tr: about('tr', {
    subject: 'Randevunuz değişti: {title}, {when}',
    title: 'Randevunuz değişti',
    line: '{organization} ile randevunuzun güncel bilgileri aşağıdadır. Takvim kaydı ektedir.',
    button: 'Randevuyu değiştir ya da iptal et',
  }),
  en: about('en', {
    subject: 'Your appointment has changed: {title}, {when}',
    title: 'Your appointment has changed',
    line: 'This is how your appointment with {organization} stands now. The calendar entry is attached.',
    button: 'Change or cancel the appointment',
  }),
};
export const appointmentCancelled: Record<Language, MailText> = {
  tr: about('tr', {
    subject: 'Randevunuz iptal edildi: {title}, {when}',
    title: 'Randevunuz iptal edildi',
    line: '{organization} ile aşağıdaki randevunuz iptal edildi.',
  }),
  en: about('en', {
    subject: 'Your appointment is cancelled: {title}, {when}',
    title: 'Your appointment is cancelled',
    line: 'The appointment below with {organization} is cancelled.',
  }),
};
export const appointmentReminder: Record<Language, MailText> = {
  tr: about('tr', {
    subject: 'Randevunuzu hatırlatırız: {title}, {when}',
    title: 'Randevunuz yaklaşıyor',
    line: '{organization} ile randevunuzu hatırlatmak isteriz.',
    button: 'Randevuyu değiştir ya da iptal et',
  }),
  en: about('en', {
    subject: 'A reminder of your appointment: {title}, {when}',
    title: 'Your appointment is near',
    line: 'This is a reminder of your appointment with {organization}.',
    button: 'Change or cancel the appointment',
  }),
};

const toConsultant: Record<Language, string[]> = {
  tr: ['Müşteri: {customer}', 'Konu: {title}', 'Zaman: {when}', 'Yer: {place}'],
  en: ['Customer: {customer}', 'About: {title}', 'When: {when}', 'Where: {place}'],
};
const hello: Record<Language, string> = { tr: 'Merhaba {name},', en: 'Hello {name},' };

/** To the consultant, of what his customer has answered. */
const answer = (language: Language, { line, ...words }: Words, more: string[] = []): MailText => ({
  ...words,
  lines: [hello[language], line, [...toConsultant[language], ...more].join('<br />')],
});

export const appointmentApproved: Record<Language, MailText> = {
  tr: answer('tr', {
    subject: 'Randevu onaylandı: {customer}, {when}',
    title: 'Müşteriniz randevuyu onayladı',
    line: '{customer} aşağıdaki randevuyu onayladı.',
  }),
  en: answer('en', {
    subject: 'Appointment confirmed: {customer}, {when}',
    title: 'Your customer has confirmed',
    line: '{customer} has confirmed the appointment below.',
  }),
};
export const appointmentDeclined: Record<Language, MailText> = {
  tr: answer('tr', {
    subject: 'Randevuya gelemeyecek: {customer}, {when}',
    title: 'Müşteriniz gelemeyecek',
    line: '{customer} aşağıdaki randevuya gelemeyeceğini bildirdi. Bu saat yeniden boş.',
  }),
  en: answer('en', {
    subject: 'Appointment called off: {customer}, {when}',
    title: 'Your customer will not come',
    line: '{customer} has called off the appointment below. The time is free again.',
  }),
};
export const appointmentTimeProposed: Record<Language, MailText> = {
  tr: answer(
    'tr',
    {
      subject: 'Başka bir zaman istendi: {customer}, {when}',
      title: 'Müşteriniz başka bir zaman istiyor',
      line: '{customer} aşağıdaki randevu için başka bir zaman istedi. Siz yanıtlayana kadar randevu olduğu gibi kalır.',
    },
    ['İstediği zaman: {proposed}', 'Notu: {note}'],
  ),
  en: answer(
    'en',
    {
      subject: 'Another time asked for: {customer}, {when}',
      title: 'Your customer asks for another time',
      line: '{customer} asks for another time for the appointment below. Until you answer it stays as it is.',
    },
    ['Asked for: {proposed}', 'Note: {note}'],
  ),
};
