import type { Text } from '#src/platform/language.ts';

/** What the provided templates are called: in the language of whoever opens the account, so that both languages of one bear one name. */
export const providedNames: Record<string, Text> = {
  'appointment-reminder': { tr: 'Randevu hatırlatma', en: 'Appointment reminder' },
  'appointment-confirmation': { tr: 'Randevu onayı', en: 'Appointment confirmation' },
  welcome: { tr: 'Hoş geldiniz', en: 'Welcome' },
  offer: { tr: 'Size özel fırsat', en: 'An offer for you' },
  birthday: { tr: 'Doğum günü kutlaması', en: 'Birthday wishes' },
  'follow-up': { tr: 'Sizi yeniden bekleriz', en: 'We would love to see you again' },
  'payment-reminder': { tr: 'Ödeme hatırlatma', en: 'Payment reminder' },
  feedback: { tr: 'Görüşünüz bizim için değerli', en: 'Your opinion matters' },
  greeting: { tr: 'Karşılama', en: 'Greeting' },
  address: { tr: 'Adres', en: 'Address' },
  'working-hours': { tr: 'Çalışma saatleri', en: 'Working hours' },
  booking: { tr: 'Randevu talebi', en: 'Booking request' },
  away: { tr: 'Birazdan döneceğiz', en: 'We will be right back' },
  thanks: { tr: 'Teşekkür', en: 'Thank you' },
};
