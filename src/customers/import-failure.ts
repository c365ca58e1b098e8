import type { Text } from '#src/platform/language.ts';

export const importFailures = {
  'no-header': { en: 'The file has no rows', tr: 'Dosyada satır yok' },
  'no-name-column': {
    en: 'No column for the first name (firstName, ad, isim)',
    tr: 'Ad sütunu yok (ad, isim, firstName)',
  },
  'not-csv': { en: 'The file is not readable as CSV', tr: 'Dosya CSV olarak okunamıyor' },
  'not-a-table': {
    en: 'This is neither a CSV nor an XLSX file; save the list as one of them',
    tr: 'Bu ne CSV ne de XLSX dosyası; listeyi bu biçimlerden biriyle kaydedin',
  },
  'old-workbook': {
    en: 'This is an old (.xls) or password-protected workbook; save it as .xlsx without a password',
    tr: 'Bu eski (.xls) veya parolalı bir çalışma kitabı; parolasız .xlsx olarak kaydedin',
  },
  'broken-workbook': {
    en: 'The workbook is damaged; open it in a spreadsheet program and save it again',
    tr: 'Çalışma kitabı bozuk; tablo programında açıp yeniden kaydedin',
  },
  'workbook-too-large': {
    en: 'The workbook is too large once unpacked; save only the list itself, as XLSX or CSV',
    tr: 'Çalışma kitabı açıldığında çok büyük; yalnızca listeyi XLSX veya CSV olarak kaydedin',
  },
  'no-such-sheet': { en: 'The workbook has no sheet of this name', tr: 'Çalışma kitabında bu adda sayfa yok' },
  'too-many-rows': {
    en: 'At most 500,000 rows; divide the file',
    tr: 'En çok 500.000 satır; dosyayı bölün',
  },
  'too-many-columns': {
    en: 'At most 200 columns; delete those that are not needed',
    tr: 'En çok 200 sütun; gereksizleri silin',
  },
  'row-too-long': { en: 'A row is longer than 131,072 characters', tr: 'Bir satır 131.072 karakterden uzun' },
  'file-missing': { en: 'The file is no longer there; upload it again', tr: 'Dosya artık yok; yeniden yükleyin' },
} as const satisfies Record<string, Text>;

export type FailureReason = keyof typeof importFailures;

export const MOST_ROWS = 500_000;
export const MOST_COLUMNS = 200;
export const LONGEST_RECORD = 131_072;

/** Why a file as a whole cannot be imported; it would be the same tomorrow. */
export class ImportFailure extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, cause?: unknown) {
    super(importFailures[reason].en, { cause });
    this.reason = reason;
  }
}
