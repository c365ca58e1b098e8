import type { ArchiveProblem } from '#src/db/schema/archive.ts';
import type { Text } from '#src/platform/language.ts';

/** What can be wrong with an archive. */
export const faults = {
  'not-an-archive': { en: 'This is not an archive of ours', tr: 'Bu bizim bir arşivimiz değil' },
  truncated: { en: 'The file ends too early', tr: 'Dosya erken bitiyor' },
  'too-large': { en: 'It unpacks to more than is allowed', tr: 'Açıldığında izin verilenden büyük' },
  'too-dense': { en: 'It unpacks to suspiciously much', tr: 'Açıldığında şüpheli ölçüde büyüyor' },
  'unexpected-entry': {
    en: 'An entry that does not belong into an archive',
    tr: 'Arşivde yeri olmayan bir öge var',
  },
  'duplicate-entry': { en: 'The same entry twice', tr: 'Aynı öge iki kez var' },
  'missing-entry': { en: 'An entry that the manifest names is missing', tr: 'Bildirimde adı geçen bir öge eksik' },
  'wrong-manifest': { en: 'The manifest is not valid', tr: 'Bildirim dosyası geçerli değil' },
  'wrong-version': { en: 'A format that this version does not know', tr: 'Bu sürümün tanımadığı bir biçim' },
  'other-migration': {
    en: 'It was made at another migration level. Bring both servers to the same version first, or move the database with pg_dump (docs/backup.md)',
    tr: 'Başka bir şema düzeyinde hazırlanmış. Önce iki sunucuyu aynı sürüme getirin ya da veritabanını pg_dump ile taşıyın (docs/backup.md)',
  },
  'wrong-scope': {
    en: 'It is of another kind than this way of import takes',
    tr: 'Bu içe aktarma yönteminin kabul ettiği türden değil',
  },
  'wrong-checksum': { en: 'The checksum is not that of the manifest', tr: 'Sağlama bildirimdekiyle uyuşmuyor' },
  'wrong-count': { en: 'The number of rows is not that of the manifest', tr: 'Satır sayısı bildirimdekiyle uyuşmuyor' },
  'wrong-columns': { en: 'The columns are not those of the table', tr: 'Sütunlar tablonun sütunları değil' },
  'line-too-long': { en: 'A line is longer than is allowed', tr: 'Bir satır izin verilenden uzun' },
  'not-json': { en: 'A line is not a JSON object in UTF-8', tr: 'Bir satır UTF-8 JSON nesnesi değil' },
  'too-deep': { en: 'JSON that is nested too deeply', tr: 'JSON çok derin iç içe geçmiş' },
  unstorable: { en: 'Characters that cannot be stored', tr: 'Saklanamayan karakterler' },
  'reserved-key': { en: 'A key that is not allowed', tr: 'İzin verilmeyen bir anahtar' },
  'wrong-type': { en: 'A value of the wrong type', tr: 'Yanlış türde bir değer' },
  'wrong-value': { en: 'A value that is not allowed there', tr: 'Orada izin verilmeyen bir değer' },
  'foreign-row': { en: 'A row of another organization', tr: 'Başka bir firmanın satırı' },
  'points-outside': {
    en: 'A row that points at something outside of the archive',
    tr: 'Arşivin dışındaki bir şeye işaret eden bir satır',
  },
  'admin-user': {
    en: 'An organization’s archive cannot bring a platform admin',
    tr: 'Bir firmanın arşivi platform yöneticisi getiremez',
  },
  'user-exists': {
    en: 'A user with this address belongs to another organization here; name another address for him in `emails`',
    tr: 'Bu adresle bir kullanıcı burada başka bir firmaya bağlı; `emails` alanında ona başka bir adres verin',
  },
  'already-there': { en: 'Something like it is here already', tr: 'Aynısı burada zaten var' },
  'ledger-differs': { en: 'The credits do not add up', tr: 'Kontör hesabı tutmuyor' },
  'not-empty': {
    en: 'There are organizations here already; a whole platform goes only into an empty database',
    tr: 'Burada zaten firmalar var; bütün bir platform yalnızca boş bir veritabanına aktarılır',
  },
  'target-busy': {
    en: 'The organization is at work: end its running campaigns and disconnect its numbers first',
    tr: 'Firma çalışıyor: önce süren kampanyaları bitirin ve numaralarının bağlantısını kesin',
  },
  'target-gone': { en: 'The organization is not here any more', tr: 'Firma artık burada değil' },
  'wrong-passphrase': { en: 'The passphrase is not the right one', tr: 'Parola doğru değil' },
  'no-place': {
    en: 'No WhatsApp server has a free place for its numbers',
    tr: 'Hiçbir WhatsApp sunucusunda numaraları için boş yer yok',
  },
  'file-missing': { en: 'The bytes of a file are missing', tr: 'Bir dosyanın içeriği eksik' },
  // what is worth knowing although it goes on
  'secrets-left-out': {
    en: 'Secrets are not among it: users set new passwords, endpoints get new secrets, mail keys are made anew and must be set in the DNS',
    tr: 'Gizli bilgiler yok: kullanıcılar yeni parola belirler, adreslere yeni gizli anahtar verilir, e-posta anahtarları yenilenir ve DNS’e girilmelidir',
  },
  'secrets-locked': {
    en: 'Secrets are among it, but were not unlocked: no passphrase was given',
    tr: 'Gizli bilgiler var ama açılmadı: parola verilmedi',
  },
  'files-left-out': { en: 'The bytes of its files are not among it', tr: 'Dosyalarının içeriği arşivde yok' },
  'hashes-lost': {
    en: 'Addresses on its suppression list that were erased are known only by a hash bound to the old organization, and cannot be recognised in a new one',
    tr: 'Engelleme listesindeki silinmiş adresler yalnızca eski firmaya bağlı bir özetle biliniyor; yeni firmada tanınamaz',
  },
  'campaigns-paused': {
    en: 'Campaigns that ran or waited come paused',
    tr: 'Süren ya da bekleyen kampanyalar duraklatılmış olarak gelir',
  },
  'numbers-disconnected': {
    en: 'WhatsApp numbers come disconnected',
    tr: 'WhatsApp numaraları bağlantısı kesik olarak gelir',
  },
  'user-kept': {
    en: 'A user who is here already is taken as he is',
    tr: 'Zaten burada olan bir kullanıcı olduğu gibi alınır',
  },
} as const satisfies Record<string, Text>;

export type FaultCode = keyof typeof faults;

/** As it is stored and told; `where`: an entry, a table, a line. */
export const faultAt = (code: FaultCode, where: string): ArchiveProblem => ({ where, code, ...faults[code] });

/** An archive that cannot be taken; nothing of it is kept. */
export class ArchiveFault extends Error {
  readonly problem: ArchiveProblem;
  readonly code: FaultCode;

  constructor(code: FaultCode, where: string, cause?: unknown) {
    super(`${where}: ${faults[code].en}`, { cause });
    this.code = code;
    this.problem = faultAt(code, where);
  }
}
