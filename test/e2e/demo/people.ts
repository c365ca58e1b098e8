const firstNames = [
  'Ayşe',
  'Burak',
  'Çiğdem',
  'Deniz',
  'Elif',
  'Fatih',
  'Gülşen',
  'Hakan',
  'Işıl',
  'İbrahim',
  'Jale',
  'Kerem',
  'Leyla',
  'Murat',
  'Nazlı',
  'Onur',
  'Özge',
  'Pınar',
  'Rıza',
  'Şebnem',
];
const lastNames = ['Yılmaz', 'Demir', 'Kaya', 'Çelik', 'Şahin', 'Öztürk', 'Güneş', 'Işık'];

/** Numbers whose last four digits decide what happens to them in the sandbox (evolution/README.md). */
const fates: Record<number, string> = {
  3: '0404',
  7: '0408',
  11: '0201',
  15: '0463',
  19: '0409',
  23: '0290',
  27: '0610',
  31: '0611',
};

/** Who writes back to campaign A. */
export const [ASKS, LEAVES_CHAT] = [27, 31];

export const BLACKLISTED = 5;

/** Phones as people write them down. */
export const phoneOf = (index: number): string => `0532 ${String(300 + index)} ${fates[index] ?? String(1000 + index)}`;

/** A CSV file with Turkish headings. */
export function peopleCsv(count: number, from = 0): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const index = from + i;
    return `${firstNames[index % firstNames.length]};${lastNames[index % lastNames.length]};${phoneOf(index)};demo`;
  });
  return ['ad;soyad;telefon;kaynak', ...rows].join('\r\n');
}

/** Addresses whose local part decides what happens in the sandbox, and one that will unsubscribe. */
export const MAIL_FATES = ['bounce@musteri.example', 'reject@musteri.example', 'musteri-42@musteri.example'];

/** A CSV file of people who agreed to mails. */
export function mailCsv(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const address = MAIL_FATES[index - 17] ?? `musteri${index}@musteri.example`;
    const name = `${firstNames[index % firstNames.length]};${lastNames[index % lastNames.length]}`;
    return `${name};${address};evet;dükkânda form;2026-01-15`;
  });
  return ['ad;soyad;e-posta;e-posta izni;izin kaynağı;izin tarihi', ...rows].join('\r\n');
}
