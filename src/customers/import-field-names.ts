import type { Text } from '#src/platform/language.ts';
import type { importFields } from './import-columns.ts';

/** What a field is called, on templates and for whoever chooses where a column goes; an import knows columns by these names. */
export const importFieldNames: Record<(typeof importFields)[number], Text> = {
  firstName: { tr: 'Ad', en: 'First name' },
  lastName: { tr: 'Soyad', en: 'Last name' },
  fullName: { tr: 'Ad Soyad', en: 'Full name' },
  phone: { tr: 'Telefon', en: 'Phone' },
  otherPhone: { tr: 'Diğer telefon', en: 'Other phone' },
  email: { tr: 'E-posta', en: 'Email' },
  otherEmail: { tr: 'Diğer e-posta', en: 'Other email' },
  countryCode: { tr: 'Ülke', en: 'Country' },
  city: { tr: 'Şehir', en: 'City' },
  language: { tr: 'Dil', en: 'Language' },
  birthday: { tr: 'Doğum tarihi', en: 'Date of birth' },
  source: { tr: 'Kaynak', en: 'Source' },
  consultant: { tr: 'Danışman', en: 'Consultant' },
  tags: { tr: 'Etiketler', en: 'Tags' },
  note: { tr: 'Not', en: 'Note' },
  emailConsent: { tr: 'E-posta izni', en: 'Email consent' },
  whatsappConsent: { tr: 'WhatsApp izni', en: 'WhatsApp consent' },
  smsConsent: { tr: 'SMS izni', en: 'SMS consent' },
  marketingConsent: { tr: 'Pazarlama izni', en: 'Marketing consent' },
  consentSource: { tr: 'İzin kaynağı', en: 'Consent source' },
  consentDate: { tr: 'İzin tarihi', en: 'Consent date' },
  consentText: { tr: 'İzin metni', en: 'Consent text' },
};
