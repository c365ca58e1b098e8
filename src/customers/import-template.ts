import type { OrgContext } from '#src/context.ts';
import { csvLine } from '#src/platform/csv-line.ts';
import type { Language, Text } from '#src/platform/language.ts';
import { importFieldNames } from './import-field-names.ts';
import type { ImportRow } from './import-row.ts';
import type { CustomField } from './read-custom-cell.ts';
import { readCustomFields } from './read-import-words.ts';

const EXAMPLE_PHONE = '+905320000000';
const EXAMPLE_EMAIL = 'ornek.musteri@example.com';

/** The row with which our templates show how one is written. */
export const isExample = ({ phone, email }: Pick<ImportRow, 'phone' | 'email'>): boolean =>
  phone === EXAMPLE_PHONE && email === EXAMPLE_EMAIL;
export const LEFT_OUT_EXAMPLE: Text = {
  en: 'The example row of the template was left out',
  tr: 'Şablonun örnek satırı alınmadı',
};

const columns = [
  ['firstName', { tr: 'Ayşe', en: 'Ayşe' }],
  ['lastName', { tr: 'Örnek', en: 'Örnek' }],
  ['phone', { tr: '0532 000 00 00', en: '+90 532 000 00 00' }],
  ['otherPhone', { tr: '', en: '' }],
  ['email', { tr: EXAMPLE_EMAIL, en: EXAMPLE_EMAIL }],
  ['countryCode', { tr: 'Türkiye', en: 'Türkiye' }],
  ['city', { tr: 'İstanbul', en: 'İstanbul' }],
  ['language', { tr: 'Türkçe', en: 'Turkish' }],
  ['birthday', { tr: '31.12.1985', en: '1985-12-31' }],
  ['source', { tr: 'Fuar', en: 'Fair' }],
  ['consultant', { tr: '', en: '' }],
  ['tags', { tr: 'vip, yeni', en: 'vip, new' }],
  ['note', { tr: '', en: '' }],
  ['emailConsent', { tr: 'evet', en: 'yes' }],
  ['whatsappConsent', { tr: 'evet', en: 'yes' }],
  ['smsConsent', { tr: 'hayır', en: 'no' }],
  ['consentSource', { tr: 'Kayıt formu', en: 'Sign-up form' }],
  ['consentDate', { tr: '15.01.2026', en: '2026-01-15' }],
  ['consentText', { tr: '', en: '' }],
] as const satisfies [string, Text][];

type Column = { field: string; name: string; example: string };

async function columnsOf(ctx: OrgContext, language: Language): Promise<Column[]> {
  const own = await readCustomFields(ctx);
  return [
    ...columns.map(([field, example]) => ({
      field: field as string,
      name: importFieldNames[field][language],
      example: example[language],
    })),
    ...own.map((field) => ({ field: `custom:${field.key}`, name: field.label, example: exampleOf(field, language) })),
  ];
}

function exampleOf({ type, options }: CustomField, language: Language): string {
  const examples: Record<CustomField['type'], Text> = {
    text: { tr: '', en: '' },
    number: { tr: '42', en: '42' },
    date: { tr: '15.01.2026', en: '2026-01-15' },
    boolean: { tr: 'evet', en: 'yes' },
    select: { tr: options[0] ?? '', en: options[0] ?? '' },
    'multi-select': { tr: options.slice(0, 2).join(', '), en: options.slice(0, 2).join(', ') },
  };
  return examples[type][language];
}

/** A file to fill in: the columns that an import knows, with the organization's own, and one row as an example. */
export async function writeCsvTemplate(ctx: OrgContext, language: Language): Promise<string> {
  const all = await columnsOf(ctx, language);
  const delimiter = language === 'tr' ? ';' : ',';
  const lines = [all.map(({ name }) => name), all.map(({ example }) => example)];
  return `\ufeff${lines.map((cells) => csvLine(cells, delimiter)).join('')}`;
}

const SHEET: Text = { tr: 'Müşteriler', en: 'Customers' };
const ROWS_READY = 1000;
const YES_OR_NO: Text = { tr: '"evet,hayır"', en: '"yes,no"' };

/** The same as a workbook: every column is text, so that a spreadsheet shortens no phone; consents offer their two words. */
export async function writeXlsxTemplate(ctx: OrgContext, language: Language): Promise<Uint8Array> {
  const all = await columnsOf(ctx, language);
  const { default: ExcelJS } = await import('exceljs'); // large, and seldom needed
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet(SHEET[language], { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = all.map(({ name }) => ({
    header: name,
    width: Math.max(14, name.length + 4),
    style: { numFmt: '@' },
  }));
  sheet.addRow(all.map(({ example }) => example));
  sheet.getRow(1).font = { bold: true };
  for (const [i, { field }] of all.entries()) {
    if (!field.endsWith('Consent')) continue;
    for (let row = 2; row <= ROWS_READY; row++)
      sheet.getCell(row, i + 1).dataValidation = {
        type: 'list',
        allowBlank: true,
        formulae: [YES_OR_NO[language]],
      };
  }
  return new Uint8Array(await book.xlsx.writeBuffer());
}
