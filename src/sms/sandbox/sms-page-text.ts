import type { Language } from '#src/platform/language.ts';

/** What the page of the sandbox's SMS says. */
export const smsPageText = {
  tr: {
    title: 'Deneme SMS kutusu',
    explain: 'Buradaki SMS’ler kimseye gönderilmez. Yalnızca en yeni 2.000 tanesi saklanır.',
    search: 'Telefon ya da metin ara',
    find: 'Ara',
    all: 'Tümünü göster',
    empty: 'Henüz SMS yok. Bir müşteriye SMS gönderin ya da SMS hatırlatması olan bir randevu oluşturun.',
    nothing: 'Aramanızla eşleşen SMS yok.',
    older: 'Daha eskiler',
    segments: 'SMS',
    delivered: 'iletildi',
    failed: 'iletilemedi',
    silent: 'rapor yok',
    lost: 'yanıtı kayboldu',
  },
  en: {
    title: 'Sandbox SMS',
    explain: 'These SMS go to nobody. Only the newest 2,000 are kept.',
    search: 'Search phone or text',
    find: 'Search',
    all: 'Show all',
    empty: 'No SMS yet. Send one to a customer, or make an appointment with a reminder by SMS.',
    nothing: 'No SMS matches your search.',
    older: 'Older',
    segments: 'SMS',
    delivered: 'delivered',
    failed: 'not delivered',
    silent: 'no report',
    lost: 'its answer got lost',
  },
} as const satisfies Record<Language, Record<string, string>>;
