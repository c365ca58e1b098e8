import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizePhone } from '#src/customers/normalize-phone.ts';

const read = (input: string, region = 'TR') => {
  const result = normalizePhone(input, region);
  return result.ok ? result.phone : null;
};
const reason = (input: string, region = 'TR') => {
  const result = normalizePhone(input, region);
  return result.ok ? null : result.reason.en;
};

describe('spellings of one Turkish mobile number', () => {
  it.each([
    '05321234567',
    '5321234567',
    '0532 123 45 67',
    '(0532) 123-45-67',
    '0532.123.45.67',
    '905321234567',
    '+90 532 123 45 67',
    '(+90) 532 123 45 67',
    '+9005321234567',
    '00905321234567',
    '00 90 532 123 45 67',
    '٠٥٣٢١٢٣٤٥٦٧',
    '+٩٠٥٣٢١٢٣٤٥٦٧',
    '＋９０５３２１２３４５６７',
    "'05321234567",
    '\u202a+90 532 123 45 67\u202c',
    '\ufeff0532\u00a0123\u00a045\u00a067 ',
    '0532–123–45–67',
  ])('%s', (spelling) => {
    expect(normalizePhone(spelling, 'TR')).toEqual({
      ok: true,
      phone: '+905321234567',
      countryCode: 'TR',
      type: 'MOBILE',
    });
  });
});

it('reads national numbers by the region, and lets a leading + or 00 win over it', () => {
  expect(read('0151 23456789', 'DE')).toBe('+4915123456789');
  expect(read('0049 151 23456789', 'TR')).toBe('+4915123456789');
  expect(read('+49 151/23456789', 'TR')).toBe('+4915123456789');
  expect(read('0090 532 123 45 67', 'US')).toBe('+905321234567');
  expect(read('٠٠٩٠٥٣٢١٢٣٤٥٦٧', 'US')).toBe('+905321234567');
});

it('accepts numbers that may be mobile or fixed, and says whose they are', () => {
  expect(normalizePhone('+1 201 555 0123', 'TR')).toEqual({
    ok: true,
    phone: '+12015550123',
    countryCode: 'US',
    type: 'FIXED_LINE_OR_MOBILE',
  });
  expect(read('0533 861 23 45')).toBe('+905338612345');
});

it.each([
  ['444 12 34', /corporate/],
  ['0850 123 45 67', /internet telephony/],
  ['0512 123 45 67', /pager/],
  ['0212 123 45 67', /fixed line/],
  ['0392 123 45 67', /fixed line/],
  ['0800 123 45 67', /toll-free/],
  ['5.32E+09', /spreadsheet/],
  ['9,05321E+11', /spreadsheet/],
  ['0532 123 45 67 dahili 12', /extension/],
  ['05321234567x12', /extension/],
  ['+905321234567;ext=12', /extension/],
  ['0532 123 45 67, 0533 123 45 67', /one phone number/],
  ['0532 123 45 67 / 0533 123 45 67', /one phone number/],
  ['0532 123 45 67 0533 123 45 67', /one phone number/],
  ['90532123456', /not a valid/],
  ['0592 123 45 67', /not a valid/],
  ['5321234567.0', /not a valid/],
  ['12', /not a valid/],
  ['=cmd|calc', /without letters/],
  ['', /No phone/],
  [' \u200b ', /No phone/],
])('refuses %s and says why', (input, why) => {
  expect(reason(input)).toMatch(why);
});

it('says why in Turkish too', () => {
  const result = normalizePhone('0850 123 45 67', 'TR');
  expect(result.ok ? '' : result.reason.tr).toContain('0850');
});

it('needs a known region only for national numbers', () => {
  expect(read('05321234567', 'ZZ')).toBeNull();
  expect(read('+905321234567', '')).toBe('+905321234567');
});

it('never throws, and what it accepts it accepts again unchanged', () => {
  const digits = fc.stringMatching(/^(\+|00)?[0-9 ().-]{3,18}$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), digits), fc.constantFrom('TR', 'US', 'DE', '', '??'), (input, region) => {
      const result = normalizePhone(input, region);
      if (!result.ok) return;
      expect(result.phone).toMatch(/^\+[1-9]\d{6,14}$/);
      expect(normalizePhone(result.phone, region)).toEqual(result);
    }),
    { numRuns: 2000 },
  );
});
