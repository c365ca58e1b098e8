import { and, type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { likePattern } from '#src/customers/customer.ts';
import { countries } from '#src/db/schema/countries.ts';
import { decodeCursor, encodeCursor, isInteger, type Page } from '#src/platform/cursor.ts';
import type { Language } from '#src/platform/language.ts';
import type { Country } from './country.ts';
import { foldCountry } from './list-countries.ts';

export type CountrySearch = {
  search?: string | undefined;
  /** `+90`. */
  phoneCode?: string | undefined;
  language: Language;
  limit: number;
  cursor?: string | undefined;
};

/** By name or code, in Turkish and English, however it is cased and accented: whole names and codes first, then beginnings. The list does not shift. */
export async function findCountries(ctx: AppContext, asked: CountrySearch): Promise<Page<Country>> {
  const { search, phoneCode, language, limit, cursor } = asked;
  const from = cursor ? (decodeCursor(cursor, [isInteger])[0] as number) : 0;
  const words = foldCountry(search ?? '');
  const name = language === 'tr' ? sql`name_tr collate "tr-x-icu"` : sql`name_en collate "en-x-icu"`;
  const rows = await ctx.db
    .select()
    .from(countries)
    .where(
      and(
        words ? sql`${countries.searchText} like ${likePattern(words)}` : undefined,
        phoneCode ? sql`${countries.phoneCodes} @> array[${phoneCode}]::text[]` : undefined,
      ),
    )
    .orderBy(rankOf(words), name)
    .offset(from)
    .limit(limit + 1);
  const data = rows.slice(0, limit).map(({ nameTr, nameEn, ...row }) => ({ ...row, name: { tr: nameTr, en: nameEn } }));
  return { data, nextCursor: rows.length > limit ? encodeCursor([from + limit]) : null };
}

/** 0: a whole name or code; 1: the beginning of one; 2: of a word; 3: somewhere. */
const rankOf = (words: string): SQL => sql`case
  when ${countries.searchText} like ${likePattern(`|${words}|`)} then 0
  when ${countries.searchText} like ${likePattern(`|${words}`)} then 1
  when ${countries.searchText} like ${likePattern(` ${words}`)} then 2 else 3 end`;
