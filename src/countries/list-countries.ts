import { getCountryData, type TCountryCode } from 'countries-list';
import codes from 'i18n-iso-countries';
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' };
import turkish from 'i18n-iso-countries/langs/tr.json' with { type: 'json' };
import { v5 } from 'uuid';
import { foldText } from '#src/customers/fold-text.ts';
import { byTurkishName, type Country } from './country.ts';

/** Never changed: every country's id hangs on it. */
const NAMESPACE = 'a3f1c9d2-5b7e-5d40-8c61-0f2e4b9a7d35';

/** Where the package is behind, or says it as nobody does; checked against CLDR and the Turkish foreign ministry. */
const TURKISH: Record<string, string> = {
  BA: 'Bosna-Hersek',
  BQ: 'Karayip Hollandası',
  BY: 'Belarus',
  CD: 'Kongo Demokratik Cumhuriyeti',
  CG: 'Kongo Cumhuriyeti',
  CV: 'Cabo Verde',
  CY: 'Kıbrıs',
  CZ: 'Çekya',
  EH: 'Batı Sahra',
  GP: 'Guadeloupe',
  HK: 'Hong Kong',
  LS: 'Lesotho',
  MM: 'Myanmar',
  MO: 'Makao',
  PS: 'Filistin',
  SJ: 'Svalbard ve Jan Mayen',
  SO: 'Somali',
  SZ: 'Esvatini',
  UM: 'ABD Küçük Dış Adaları',
  US: 'Amerika Birleşik Devletleri',
  WF: 'Wallis ve Futuna',
};
const ENGLISH: Record<string, string> = {
  CZ: 'Czechia',
  MK: 'North Macedonia',
  SZ: 'Eswatini',
  TR: 'Türkiye',
  US: 'United States',
};
/** What people type besides names and codes. */
const ALSO: Record<string, string[]> = {
  GB: ['İngiltere', 'Büyük Britanya', 'England', 'UK'],
  NL: ['Felemenk'],
  PS: ['Filistin Devleti'],
  TR: ['Turkey', 'Türkiye Cumhuriyeti'],
  US: ['ABD', 'Amerika', 'USA', 'America'],
};
/** Where the package has a place inside a country for the country, codes that are not in use, or former ones. */
const PHONE_CODES: Record<string, string[]> = {
  BQ: ['+599'],
  CW: ['+599'],
  SJ: ['+47'],
  VA: ['+39'],
  XK: ['+383'],
};

/** All of them, by their Turkish names: what the table is filled with, and what the document says. */
export function listCountries(): Country[] {
  codes.registerLocale(turkish);
  codes.registerLocale(english);
  return Object.keys(codes.getAlpha2Codes()).map(describe).sort(byTurkishName);
}

function describe(iso2: string): Country {
  const data = getCountryData(iso2 as TCountryCode);
  const iso3 = codes.alpha2ToAlpha3(iso2)!;
  const numeric = codes.alpha2ToNumeric(iso2)!.padStart(3, '0');
  const name = {
    tr: (TURKISH[iso2] ?? codes.getName(iso2, 'tr')!).normalize('NFC'),
    en: (ENGLISH[iso2] ?? codes.getName(iso2, 'en')!).normalize('NFC'),
  };
  const known = (['tr', 'en'] as const).flatMap((language) => codes.getName(iso2, language, { select: 'all' }) ?? []);
  const names = [name.tr, name.en, ...known, data.name, data.native, ...(data.alias ?? []), ...(ALSO[iso2] ?? [])];
  return {
    id: v5(iso2, NAMESPACE),
    iso2,
    iso3,
    numeric,
    name,
    phoneCodes: PHONE_CODES[iso2] ?? data.phone.map((code) => `+${code}`),
    currency: data.currency[0] ?? null,
    flagPath: `/flags/${iso2.toLowerCase()}.svg`,
    searchText: searchTextOf([...names, iso2, iso3, numeric]),
  };
}

/** Each between bars, so that whole names and beginnings can be told from the middle. */
const searchTextOf = (names: string[]): string => `|${[...new Set(names.map(foldCountry))].filter(Boolean).join('|')}|`;

/** As countries are searched: what foldText does, without bars, hyphens and apostrophes. */
export const foldCountry = (text: string): string =>
  foldText(text)
    .replaceAll(/['’.()]/g, '')
    .replaceAll(/[-–—,|]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
