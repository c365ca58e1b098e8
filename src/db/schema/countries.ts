import { char, index, pgTable, text } from 'drizzle-orm/pg-core';
import { id } from './columns.ts';

/** ISO 3166-1, the same for everybody; written at the start from the document that `GET /v1/countries.json` serves. */
export const countries = pgTable(
  'countries',
  {
    id: id(),
    iso2: char({ length: 2 }).notNull().unique('countries_iso2_key'),
    iso3: char({ length: 3 }).notNull().unique('countries_iso3_key'),
    /** Three digits, with leading zeros. */
    numeric: char({ length: 3 }).notNull().unique('countries_numeric_key'),
    nameTr: text().notNull(),
    nameEn: text().notNull(),
    /** With their plus: `+90`; North America's with the area codes that are a country's own: `+1684`. */
    phoneCodes: text().array().notNull(),
    /** ISO 4217; null where there is none. */
    currency: text(),
    /** Where its flag is, below PUBLIC_URL. */
    flagPath: text().notNull(),
    /** Folded names and codes, for search. */
    searchText: text().notNull(),
  },
  (t) => [index('countries_phone_codes_idx').using('gin', t.phoneCodes)],
);
