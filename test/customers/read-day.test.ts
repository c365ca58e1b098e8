import { describe, expect, it } from 'vitest';
import { readNumber } from '#src/customers/read-custom-cell.ts';
import { readBirthdayCell, readDay } from '#src/customers/read-day.ts';
import { readLanguage } from '#src/customers/read-language.ts';

const day = (cell: string, order: 'day-first' | 'month-first' = 'day-first') => {
  const read = readDay(cell, order, 2026);
  return read.ok ? read.day : null;
};

describe('days', () => {
  it.each([
    '31.12.1985',
    '31/12/1985',
    '31-12-1985',
    '31 12 1985',
    '1985-12-31',
    '1985/12/31',
    '19851231',
    '31.12.85',
    '31. 12. 1985',
    '12/31/1985',
    '31 Aralık 1985',
    '31 ARALIK 1985',
    '31 Ara 85',
    '31 December 1985',
    'December 31, 1985',
    'Dec 31, 1985',
    '31.12.1985 00:00',
    '31.12.1985 00:00:00',
    '1985-12-31T00:00:00Z',
    ' 1985-12-31 00:00:00.000 ',
  ])('%s', (cell) => expect(day(cell)).toBe('1985-12-31'));

  it('reads 03/04/1985 as told, and two digits as the century that is past', () => {
    expect([day('03/04/1985'), day('03/04/1985', 'month-first')]).toEqual(['1985-04-03', '1985-03-04']);
    expect([day('1.2.26'), day('1.2.27')]).toEqual(['2026-02-01', '1927-02-01']);
    expect(day('1 Ağustos 1990')).toBe('1990-08-01');
    expect(day('15 ŞUBAT 2000')).toBe('2000-02-15');
  });

  it.each(['', '31.02.1985', '31.13.1985', '1985', '31366', 'dün', '0000-00-00', '31 Foo 1985', '1.2.3.4'])(
    'nothing of %j',
    (cell) => expect(day(cell)).toBeNull(),
  );

  it('a birthday lies between 1900 and today', () => {
    const birthday = (cell: string) => readBirthdayCell(cell, 'day-first', '2026-03-02').ok;
    expect(['1.1.1900', '2.3.2026'].map(birthday)).toEqual([true, true]);
    expect(['31.12.1899', '3.3.2026', '1.1.2085'].map(birthday)).toEqual([false, false, false]);
  });
});

it.each([
  ['1.234,56', 1234.56],
  ['1,234.56', 1234.56],
  ['1.234.567', 1_234_567],
  ['1234,5', 1234.5],
  ['12.5', 12.5],
  ['1.234', 1234],
  ['1.2340', 1.234],
  ['0,125', 0.125],
  ['-3', -3],
  ['₺ 1 500', 1500],
  ['%18', 18],
  ['on', null],
  ['1e5', null],
  ['', null],
])('the number %s', (cell, value) => expect(readNumber(cell)).toBe(value));

it.each([
  ['tr', 'tr'],
  ['TR', 'tr'],
  ['tr-TR', 'tr'],
  ['Türkçe', 'tr'],
  ['TURKCE', 'tr'],
  ['Turkish', 'tr'],
  ['İngilizce', 'en'],
  ['Deutsch', 'de'],
  ['العربية', 'ar'],
  ['Klingon', null],
  ['xx', null],
])('the language %s', (cell, code) => expect(readLanguage(cell)).toBe(code));
