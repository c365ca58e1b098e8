import { describe, expect, it } from 'vitest';
import { readImportColumns } from '#src/customers/import-columns.ts';
import { readImportRow } from '#src/customers/import-row.ts';

const read = (header: string[], cells: string[], region = 'TR') =>
  readImportRow(cells, readImportColumns(header), region, {
    now: new Date('2026-03-02T09:00:00Z'),
    timeZone: 'Europe/Istanbul',
  });
const row = (header: string[], cells: string[], region?: string) => {
  const result = read(header, cells, region);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.row;
};
const errors = (header: string[], cells: string[]) => {
  const result = read(header, cells);
  return result.ok ? [] : result.errors.map(({ field, message }) => [field, message.en]);
};

describe('headers', () => {
  it.each([
    ['firstName,lastName,phone,email,source,tags,country,note'],
    ['Ad,Soyad,Telefon,E-posta,Kaynak,Etiketler,Ülke,Not'],
    ['ADI,SOYADI,GSM,E-MAIL,KAYNAK,ETİKETLER,ÜLKE,NOT'],
    ['İsim,Soyisim,Cep Telefonu,Mail,Source,Tags,Country,Açıklama'],
    ['First Name,Last_Name,Mobile Phone,Email Address,Lead Source,Labels,Country Code,Notes'],
  ])('%s', (header) => {
    const { places, unknown } = readImportColumns(header.split(','));
    expect(unknown).toEqual([]);
    expect(places).toEqual({
      firstName: [0],
      lastName: [1],
      phone: [2],
      email: [3],
      source: [4],
      tags: [5],
      countryCode: [6],
      note: [7],
    });
  });

  it('names what it does not know, and passes over what has no name', () => {
    expect(readImportColumns(['ad', ' Doğum Tarihi ', '', 'constructor'])).toEqual({
      places: { firstName: [0] },
      unknown: ['Doğum Tarihi', 'constructor'],
    });
  });
});

describe('rows', () => {
  const HEADER = ['ad', 'soyad', 'telefon', 'e-posta', 'kaynak', 'etiketler', 'ülke', 'not'];

  it('reads every field', () => {
    expect(
      row(HEADER, [' İpek ', 'Şahin', '0532 123 45 67', 'A@X.com', 'Fuar', 'vip| yeni ,vip', 'Almanya', 'a\r\nb']),
    ).toEqual({
      firstName: 'İpek',
      lastName: 'Şahin',
      phone: '+905321234567',
      phoneCountryCode: 'TR',
      email: 'a@x.com',
      source: 'Fuar',
      tags: ['vip', 'yeni'],
      countryCode: 'DE',
      note: 'a\nb',
    });
  });

  it('needs only a first name', () => {
    expect(row(HEADER, ['A'])).toMatchObject({ firstName: 'A', lastName: null, phone: null, email: null, tags: [] });
  });

  it('keeps formulas as plain text', () => {
    expect(row(HEADER, ['=cmd|calc', '@SUM(A1)', '', '', '', '', '', '+1+2'])).toMatchObject({
      firstName: '=cmd|calc',
      lastName: '@SUM(A1)',
      note: '+1+2',
    });
  });

  it('splits a name in one cell before the last word', () => {
    expect(row(['Ad Soyad'], ['Ayşe Nur  Yılmaz'])).toMatchObject({ firstName: 'Ayşe Nur', lastName: 'Yılmaz' });
    expect(row(['Ad Soyad'], ['Ayşe'])).toMatchObject({ firstName: 'Ayşe', lastName: null });
  });

  it('takes the first of several phones that can be written to', () => {
    const header = ['ad', 'telefon', 'cep'];
    expect(row(header, ['A', '0212 123 45 67', '0532 123 45 67']).phone).toBe('+905321234567');
    expect(row(header, ['A', '', '0532 123 45 67']).phone).toBe('+905321234567');
    expect(errors(header, ['A', '0212 123 45 67', 'x'])).toEqual([
      ['phone', 'This is a fixed line; a mobile number is needed'],
    ]);
  });

  it('reads national numbers by the organization’s region', () => {
    expect(row(HEADER, ['A', '', '0151 23456789'], 'DE').phone).toBe('+4915123456789');
  });

  it('says everything that is wrong with a row', () => {
    const cells = ['', '', '5.32E+09', 'İ@x.com', 'x'.repeat(101), 'y'.repeat(51), 'Atlantis', 'z'.repeat(5001)];
    expect(errors(HEADER, cells).map(([field]) => field)).toEqual([
      'firstName',
      'phone',
      'email',
      'countryCode',
      'source',
      'tags',
      'note',
    ]);
    expect(errors(HEADER, ['a\0b'])).toEqual([['firstName', 'Contains characters that cannot be read']]);
    expect(errors(HEADER, ['a\ufffd'])).toEqual([['firstName', 'Contains characters that cannot be read']]);
  });
});
