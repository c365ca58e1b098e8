import type { Language } from '#src/platform/language.ts';

/** What the mailbox's pages say. */
export const mailboxText = {
  tr: {
    title: 'Deneme posta kutusu',
    explain: 'Buradaki e-postalar kimseye gönderilmez. Yalnızca en yeni 2.000 tanesi saklanır.',
    ofSystem: 'Sistem e-postalarının örnekleri',
    search: 'Alıcı, gönderen ya da konu ara',
    find: 'Ara',
    all: 'Tümünü göster',
    empty: 'Henüz e-posta yok. Bir kampanya başlatın ya da kendinize bir deneme e-postası gönderin.',
    nothing: 'Aramanızla eşleşen e-posta yok.',
    older: 'Daha eskiler',
    back: 'Posta kutusu',
    from: 'Gönderen',
    to: 'Alıcı',
    at: 'Alındı',
    size: 'Boyut',
    noSubject: '(konu yok)',
    refused: 'Reddedildi',
    refusedWhy: 'Sunucu bu adresi reddetti; e-posta alınmadı.',
    html: 'HTML',
    plain: 'Düz metin',
    headers: 'Başlıklar',
    attachments: 'Ekler',
    truncated: 'Çok büyük: yalnızca başı gösteriliyor.',
    download: 'Ham iletiyi indir (.eml)',
    none: 'Bu bölüm yok.',
  },
  en: {
    title: 'Sandbox mailbox',
    explain: 'These mails go to nobody. Only the newest 2,000 are kept.',
    ofSystem: 'Samples of the system’s mails',
    search: 'Search recipient, sender or subject',
    find: 'Search',
    all: 'Show all',
    empty: 'No mail yet. Start a campaign, or send yourself a test.',
    nothing: 'No mail matches your search.',
    older: 'Older',
    back: 'Mailbox',
    from: 'From',
    to: 'To',
    at: 'Received',
    size: 'Size',
    noSubject: '(no subject)',
    refused: 'Refused',
    refusedWhy: 'The server refused this address; no mail was taken.',
    html: 'HTML',
    plain: 'Plain text',
    headers: 'Headers',
    attachments: 'Attachments',
    truncated: 'Too big: only its beginning is shown.',
    download: 'Download the raw message (.eml)',
    none: 'There is no such part.',
  },
} as const satisfies Record<Language, Record<string, string>>;

export const sayInstant = (at: Date, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })
    .format(at)
    .concat(' UTC');

export const saySize = (bytes: number, language: Language): string =>
  `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1024)} KB`;
