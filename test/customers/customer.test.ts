import { expect, it } from 'vitest';
import { cleanTags, likePattern, searchPieces, searchTextOf } from '#src/customers/customer.ts';

it('finds by words in any order, and by digits in any national spelling', () => {
  expect(searchPieces('Yılmaz  AYŞE')).toEqual(['yilmaz', 'ayse']);
  expect(searchPieces('0532 123')).toEqual(['532123']);
  expect(searchPieces('+90 (532) 123-45')).toEqual(['9053212345']);
  expect(searchPieces('0090 532')).toEqual(['90532']);
  expect(searchPieces('0')).toEqual(['0']);
  expect(searchPieces('2. Mehmet')).toEqual(['2.', 'mehmet']);
});

it('searches names, phone and email together', () => {
  const text = searchTextOf({
    firstName: 'İpek',
    lastName: 'Şahin',
    phone: '+905321234567',
    email: 'ipek@example.com',
  });
  expect(text).toBe('ipek sahin +905321234567 ipek@example.com');
  expect(searchTextOf({ firstName: 'Ali' })).toBe('ali');
});

it('lets the signs of LIKE mean themselves', () => {
  expect(likePattern('50%_\\')).toBe('%50\\%\\_\\\\%');
});

it('keeps tags once, in order, without blanks', () => {
  expect(cleanTags([' vip ', 'yeni', '', 'vip', '  '])).toEqual(['vip', 'yeni']);
});
