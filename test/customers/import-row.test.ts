import { describe, expect, it } from 'vitest';
import { readImportColumns } from '#src/customers/import-columns.ts';
import { type RowRules, readImportRow } from '#src/customers/import-row.ts';
import type { CustomField } from '#src/customers/read-custom-cell.ts';

const OWN: CustomField[] = [
  { key: 'beden', label: 'Beden', type: 'select', options: ['S', 'Büyük'] },
  { key: 'bakiye', label: 'Bakiye', type: 'number', options: [] },
  { key: 'uye', label: 'Üye mi?', type: 'boolean', options: [] },
  { key: 'ilk', label: 'İlk ziyaret', type: 'date', options: [] },
  { key: 'ilgi', label: 'İlgi alanı', type: 'multi-select', options: ['Göz', 'Diş'] },
];
const RULES: Omit<RowRules, 'columns'> = {
  region: 'TR',
  times: { now: new Date('2026-03-02T09:00:00Z'), timeZone: 'Europe/Istanbul' },
  splitNumbers: true,
  dateOrder: 'day-first',
  customFields: OWN,
  consultants: new Map([
    ['isil ozturk', 'u1'],
    ['isil@acme.example', 'u1'],
    ['ali can', null],
  ]),
};
const read = (header: string[], cells: string[], region = 'TR', rules: Partial<RowRules> = {}) =>
  readImportRow(cells, { ...RULES, columns: readImportColumns(header, OWN), region, ...rules });
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
    expect(readImportColumns(['ad', ' Ayakkabı No ', '', 'constructor', 'Satır', 'Sebep'])).toEqual({
      places: { firstName: [0] },
      unknown: ['Ayakkabı No', 'constructor'],
    });
  });

  it.each([
    ['Ad Soyad', 'fullName'],
    ['Cep Tel', 'phone'],
    ['GSM', 'phone'],
    ['Telefon 2', 'otherPhone'],
    ['Doğum Tarihi', 'birthday'],
    ['Şehir/İl', 'city'],
    ['ŞEHİR', 'city'],
    ['İl (Şehir)', 'city'],
    ['Danışman', 'consultant'],
    ['SMS İzni', 'smsConsent'],
    ['Tercih Edilen Dil', null],
    ['Dil', 'language'],
    ['beden', 'custom:beden'],
    ['ÜYE Mİ', 'custom:uye'],
    ['İzin', null],
    ['Not (Telefon)', null],
  ])('%s: %s', (name, field) => {
    const { places } = readImportColumns([name], OWN);
    expect(Object.keys(places)).toEqual(field === null ? [] : [field]);
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
      otherPhones: [],
      phoneCountryCode: 'TR',
      email: 'a@x.com',
      otherEmails: [],
      city: null,
      language: null,
      birthday: null,
      consultantId: null,
      customFields: {},
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

  const others = (cells: string[], rules: Partial<RowRules> = {}) => {
    const result = read(['ad', 'telefon', 'telefon 2'], ['A', ...cells], 'TR', rules);
    if (!result.ok) return result.errors.map(({ message }) => message);
    const { phone, otherPhones } = result.row;
    return [phone, ...otherPhones, ...result.warnings.map(({ message }) => message.en)];
  };

  it('makes phone and further phone of two numbers in a cell, or of two cells', () => {
    const both = ['+905321112233', '+905334445566'];
    for (const cell of [
      '0532 111 22 33 / 0533 444 55 66',
      '05321112233,05334445566',
      '0532 111 22 33 - 0533 444 55 66',
      '0532 111 22 33 ve 0533 444 55 66',
      '0532 111 22 33\n0533 444 55 66',
      '0532 111 22 33 0533 444 55 66',
    ])
      expect(others([cell]), cell).toEqual(both);
    expect(others(['0532 111 22 33', '0533 444 55 66'])).toEqual(both);
    expect(others(['', '0533 444 55 66'])).toEqual(['+905334445566']);
    expect(others(['0532 111 22 33', '0532 111 22 33'])).toEqual(['+905321112233']);
  });

  it('says what to do about two numbers, about one that a spreadsheet destroyed, about a failed formula', () => {
    const [two] = others(['0532 111 22 33 / 0533 444 55 66'], { splitNumbers: false });
    expect(two).toMatchObject({ tr: expect.stringContaining('Telefon 2'), en: expect.stringContaining('Phone 2') });
    expect(others(['0532 111 22 33 / 0533 44'])).toEqual([
      expect.objectContaining({ tr: expect.stringContaining('biri geçerli değil') }),
    ]);
    expect(others(['0532 111 22 33 / 0212 345 67 89'])).toEqual([
      '+905321112233',
      expect.stringContaining('Only the mobile number was taken'),
    ]);
    for (const cell of ['9,05E+11', '9.05321E+11', '5,32E+09'])
      expect(others([cell]), cell).toEqual([
        expect.objectContaining({
          tr: expect.stringContaining('Sütunu Metin olarak biçimlendirin'),
          en: expect.stringContaining('Format the column as Text'),
        }),
      ]);
    expect(errors(['ad'], ['#YOK'])).toEqual([['firstName', expect.stringContaining('formula')]]);
    expect(errors(['ad'], ['#N/A'])).toEqual([['firstName', expect.stringContaining('formula')]]);
  });

  it('reads city, language, birthday and consultant, by name or email', () => {
    const header = ['ad', 'şehir', 'dil', 'doğum tarihi', 'danışman', 'diğer e-posta', 'email'];
    expect(
      row(header, ['A', ' Muğla ', 'Türkçe', '31.12.1985', 'IŞIL ÖZTÜRK', 'b@x.com; c@x.com', 'a@x.com']),
    ).toMatchObject({
      city: 'Muğla',
      language: 'tr',
      birthday: '1985-12-31',
      consultantId: 'u1',
      email: 'a@x.com',
      otherEmails: ['b@x.com', 'c@x.com'],
    });
    expect(row(header, ['A', '', 'en-GB', '', 'isil@acme.example'])).toMatchObject({
      language: 'en',
      consultantId: 'u1',
    });
    expect(errors(header, ['A', '', 'Klingon', '31.02.1985', 'Ali Can'])).toEqual([
      ['language', expect.any(String)],
      ['birthday', expect.any(String)],
      ['consultant', expect.stringContaining('Several users')],
    ]);
    expect(errors(header, ['A', '', '', '01.01.2027', 'Kimse'])).toEqual([
      ['birthday', expect.stringContaining('between 1900 and today')],
      ['consultant', expect.stringContaining('No user')],
    ]);
  });

  it('reads the organization’s own fields by their types', () => {
    const header = ['ad', 'Beden', 'Bakiye', 'Üye mi', 'İlk Ziyaret', 'İlgi Alanı'];
    expect(row(header, ['A', 'BÜYÜK', '1.234,50 TL', 'Evet', '1.2.2026', 'diş, göz, diş']).customFields).toEqual({
      beden: 'Büyük',
      bakiye: 1234.5,
      uye: true,
      ilk: '2026-02-01',
      ilgi: ['Göz', 'Diş'],
    });
    expect(errors(header, ['A', 'XL', 'çok', 'belki', 'dün', 'Kulak']).map(([field]) => field)).toEqual([
      'custom:beden',
      'custom:bakiye',
      'custom:uye',
      'custom:ilk',
      'custom:ilgi',
    ]);
  });

  it('asks SMS consent of its own column only', () => {
    const header = ['ad', 'pazarlama izni', 'sms izni'];
    const states = (cells: string[]) =>
      row(header, ['A', ...cells]).consents?.map(({ channel, state }) => [channel, state]);
    expect(states(['evet', ''])).toEqual([
      ['email', 'given'],
      ['whatsapp', 'given'],
    ]);
    expect(states(['', 'hayır'])).toEqual([['sms', 'withdrawn']]);
  });
});
