import { notInArray, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { countries } from '#src/db/schema/countries.ts';
import { listCountries } from './list-countries.ts';

/** Brings the table to what the packages say; at every start, by as many processes at once as like. Writes only what differs. */
export async function ensureCountries(ctx: Pick<AppContext, 'db'>): Promise<void> {
  const rows = listCountries().map(({ name, ...country }) => ({ ...country, nameTr: name.tr, nameEn: name.en }));
  const columns = ['iso3', 'numeric', 'name_tr', 'name_en', 'phone_codes', 'currency', 'flag_path', 'search_text'];
  const list = (table: string) => sql.raw(columns.map((column) => `${table}.${column}`).join(', '));
  await ctx.db
    .insert(countries)
    .values(rows)
    .onConflictDoUpdate({
      target: countries.iso2,
      set: {
        iso3: sql`excluded.iso3`,
        numeric: sql`excluded.numeric`,
        nameTr: sql`excluded.name_tr`,
        nameEn: sql`excluded.name_en`,
        phoneCodes: sql`excluded.phone_codes`,
        currency: sql`excluded.currency`,
        flagPath: sql`excluded.flag_path`,
        searchText: sql`excluded.search_text`,
      },
      setWhere: sql`(${list('countries')}) is distinct from (${list('excluded')})`,
    });
  await ctx.db.delete(countries).where(
    notInArray(
      countries.iso2,
      rows.map(({ iso2 }) => iso2),
    ),
  );
}
