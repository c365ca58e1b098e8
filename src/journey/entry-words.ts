import type { Text } from '#src/platform/language.ts';
import { sayDatedInstant } from '#src/platform/time.ts';
import type { Entry } from './timeline.ts';

type Words = Record<string, (entry: Entry, reader: { timeZone: string }) => Text>;

const SHORT = 80;
const say = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/** The first line, and not all of it. */
function quote(value: unknown): string {
  const line = say(value).trim().split('\n')[0] ?? '';
  if (line === '') return '';
  return line.length > SHORT ? `“${line.slice(0, SHORT).trimEnd()}…”` : `“${line}”`;
}

/** With what stands before it, if there is anything to say. */
const and = (before: string, value: string): string => (value === '' ? '' : `${before}${value}`);

const fieldNames: Record<string, Text> = {
  firstName: { en: 'first name', tr: 'ad' },
  lastName: { en: 'last name', tr: 'soyad' },
  phone: { en: 'phone', tr: 'telefon' },
  phones: { en: 'phones', tr: 'telefonlar' },
  email: { en: 'email', tr: 'e-posta' },
  emails: { en: 'emails', tr: 'e-postalar' },
  countryCode: { en: 'country', tr: 'ülke' },
  city: { en: 'city', tr: 'şehir' },
  language: { en: 'language', tr: 'dil' },
  birthday: { en: 'birthday', tr: 'doğum günü' },
  source: { en: 'source', tr: 'kaynak' },
  consultantId: { en: 'consultant', tr: 'danışman' },
  tags: { en: 'tags', tr: 'etiketler' },
  note: { en: 'note', tr: 'not' },
  customFields: { en: 'custom fields', tr: 'özel alanlar' },
  marketingConsent: { en: 'consent', tr: 'izin' },
};

function fieldList(fields: unknown, language: 'en' | 'tr'): string {
  const names = Array.isArray(fields) ? fields.map(String) : [];
  return names.map((name) => fieldNames[name]?.[language] ?? name).join(', ');
}

export const recordWords: Words = {
  'record.created': ({ data }) => ({
    en: `Customer added${and(', source: ', say(data.source))}`,
    tr: `Müşteri eklendi${and(', kaynak: ', say(data.source))}`,
  }),
  'record.imported': ({ data }) => ({
    en: `Customer came with an import${and(', source: ', say(data.source))}`,
    tr: `Müşteri içe aktarmayla geldi${and(', kaynak: ', say(data.source))}`,
  }),
  'record.edited': ({ data }) => ({
    en: `Record edited${and(': ', fieldList(data.fields, 'en'))}`,
    tr: `Kayıt düzenlendi${and(': ', fieldList(data.fields, 'tr'))}`,
  }),
  'record.delete': () => ({ en: 'Record deleted', tr: 'Kayıt silindi' }),
  'record.restore': () => ({ en: 'Record brought back', tr: 'Kayıt geri getirildi' }),
  'record.email-restore': () => ({ en: 'Email opened again', tr: 'E-posta yeniden açıldı' }),
  'record.email-bounce': () => ({ en: 'The email address bounces', tr: 'E-posta adresi geri dönüyor' }),
  'record.merged': () => ({ en: 'Merged with another record', tr: 'Başka bir kayıtla birleştirildi' }),
};

const noted = (en: string, tr: string): Words[string] => {
  return ({ data }) => {
    const minutes = data.durationMinutes === null ? '' : say(data.durationMinutes);
    const outcome = and(': ', say(data.outcome) || quote(data.text));
    return {
      en: `${en}${and(', ', minutes && `${minutes} min`)}${outcome}`,
      tr: `${tr}${and(', ', minutes && `${minutes} dk`)}${outcome}`,
    };
  };
};

const call: Words[string] = (entry, reader) =>
  entry.data.direction === 'in'
    ? noted('Customer called', 'Müşteri aradı')(entry, reader)
    : noted('Called the customer', 'Müşteri arandı')(entry, reader);

const channelNames: Record<string, Text> = {
  whatsapp: { en: 'WhatsApp', tr: 'WhatsApp' },
  email: { en: 'email', tr: 'e-posta' },
  sms: { en: 'SMS', tr: 'SMS' },
};
const road = ({ channel }: Entry, language: 'en' | 'tr'): string => channelNames[channel ?? '']?.[language] ?? '';

const sizedText = ({ data }: Entry): string => quote(data.text) || say(data.kind);

const suppressed = (en: string, tr: string): Words[string] => {
  return ({ data }) => ({
    en: `${data.of === 'phone' ? 'Phone' : 'Email'} ${en}${and(': ', say(data.reason))}`,
    tr: `${data.of === 'phone' ? 'Telefon' : 'E-posta'} ${tr}${and(': ', say(data.reason))}`,
  });
};

/** What was written, filed, noted, allowed and closed. */
export const factWords: Words = {
  'message.received': (entry) => ({ en: `Wrote ${sizedText(entry)}`, tr: `Yazdı: ${sizedText(entry)}` }),
  'message.replied': (entry) => ({
    en: `Answered “${say(entry.data.campaign)}”: ${sizedText(entry)}`,
    tr: `“${say(entry.data.campaign)}” kampanyasını yanıtladı: ${sizedText(entry)}`,
  }),
  'message.reaction': ({ data }) => ({ en: `Reacted ${say(data.text)}`, tr: `Tepki verdi ${say(data.text)}` }),
  'message.sent': (entry) => ({ en: `Message sent: ${sizedText(entry)}`, tr: `Mesaj gönderildi: ${sizedText(entry)}` }),
  'sms.sent': ({ data }) => ({ en: `SMS: ${quote(data.text)}`, tr: `SMS: ${quote(data.text)}` }),
  'sms.failed': ({ data }) => ({ en: `SMS failed: ${quote(data.text)}`, tr: `SMS iletilemedi: ${quote(data.text)}` }),
  'sms.skipped': () => ({ en: 'SMS not sent', tr: 'SMS gönderilmedi' }),
  'sms.cancelled': () => ({ en: 'SMS cancelled', tr: 'SMS iptal edildi' }),
  'file.added': ({ data }) => ({ en: `File added: ${say(data.name)}`, tr: `Dosya eklendi: ${say(data.name)}` }),
  'file.sent': ({ data }) => ({ en: `File sent: ${say(data.name)}`, tr: `Dosya gönderildi: ${say(data.name)}` }),
  'file.received': ({ data }) => ({ en: `File received: ${say(data.name)}`, tr: `Dosya geldi: ${say(data.name)}` }),
  'interaction.call': call,
  'interaction.meeting': noted('Meeting', 'Görüşme'),
  'interaction.visit': noted('Visit', 'Ziyaret'),
  'interaction.note': ({ data }) => ({ en: `Note: ${quote(data.text)}`, tr: `Not: ${quote(data.text)}` }),
  'consent.given': (entry) => ({
    en: `Agreed to ${road(entry, 'en')} marketing (${say(entry.data.source)})`,
    tr: `${road(entry, 'tr')} için ticari ileti izni verdi (${say(entry.data.source)})`,
  }),
  'consent.withdrawn': (entry) => ({
    en: `Withdrew consent to ${road(entry, 'en')} marketing (${say(entry.data.source)})`,
    tr: `${road(entry, 'tr')} iznini geri aldı (${say(entry.data.source)})`,
  }),
  'suppression.blacklist': suppressed('blacklisted', 'kara listeye alındı'),
  'suppression.graylist': suppressed('graylisted', 'gri listeye alındı'),
};

const ofCampaign = (en: string, tr: string): Words[string] => {
  return ({ data }) => ({ en: `${en}: “${say(data.campaign)}”`, tr: `${tr}: “${say(data.campaign)}”` });
};

const states: Record<string, Text> = {
  delivered: { en: 'delivered', tr: 'iletildi' },
  read: { en: 'read', tr: 'okundu' },
  failed: { en: 'failed', tr: 'başarısız' },
  unknown: { en: 'outcome unknown', tr: 'sonucu bilinmiyor' },
};

/** Campaigns, and what became of their mails. */
export const campaignWords: Words = {
  'campaign.sent': (entry) => {
    const state = states[say(entry.data.status)];
    const name = say(entry.data.campaign);
    return {
      en: `Got the campaign “${name}” by ${road(entry, 'en')}${and(', ', state?.en ?? '')}`,
      tr: `“${name}” kampanyası ${road(entry, 'tr')} ile gitti${and(', ', state?.tr ?? '')}`,
    };
  },
  'campaign.failed': ofCampaign('Did not get the campaign', 'Kampanya ulaşmadı'),
  'mail.opened': ofCampaign('Opened the mail', 'E-postayı açtı'),
  'mail.clicked': ({ data }) => ({
    en: `Clicked in “${say(data.campaign)}”${and(': ', say(data.url))}`,
    tr: `“${say(data.campaign)}” içinde bağlantıya tıkladı${and(': ', say(data.url))}`,
  }),
  'mail.bounced': ofCampaign('The mail bounced', 'E-posta geri döndü'),
  'mail.complained': ofCampaign('Reported the mail as spam', 'E-postayı istenmeyen olarak bildirdi'),
  'mail.unsubscribed': ofCampaign('Unsubscribed by the mail', 'E-postadan ayrıldı'),
};

/** “16 Mart 2026 21:00”, on the clock of the appointment. */
function when({ data }: Entry, reader: { timeZone: string }, language: 'en' | 'tr'): string {
  const at = new Date(say(data.startsAt));
  const timeZone = say(data.timeZone) || reader.timeZone;
  if (Number.isNaN(at.getTime())) return '';
  return sayDatedInstant(at, { language, timeZone });
}

const appointment = (en: string, tr: string): Words[string] => {
  return (entry, reader) => ({
    en: `${en}: ${say(entry.data.title)}, ${when(entry, reader, 'en')}`,
    tr: `${tr}: ${say(entry.data.title)}, ${when(entry, reader, 'tr')}`,
  });
};

export const appointmentWords: Words = {
  'appointment.requested': appointment('Appointment proposed', 'Randevu önerildi'),
  'appointment.booked': appointment('Appointment booked', 'Randevu verildi'),
  'appointment.approved': appointment('Appointment approved', 'Randevu onaylandı'),
  'appointment.declined': appointment('Appointment declined', 'Randevu reddedildi'),
  'appointment.cancelled': appointment('Appointment cancelled', 'Randevu iptal edildi'),
  'appointment.kept': appointment('Came to the appointment', 'Randevuya geldi'),
  'appointment.missed': appointment('Missed the appointment', 'Randevuya gelmedi'),
  'appointment.moved': appointment('Appointment moved', 'Randevunun zamanı değişti'),
};
