import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { nameOf, type SealedPlace, sealedPlaces } from './sealed-places.ts';

type House = Pick<AppContext, 'db' | 'secrets' | 'log'>;
type Group = { key: string; sealed: string; count: string };
export type LostKey = { place: string; key: string; rows: number };

/**
 * Says, when starting, where something is sealed with a key that we were not given: one row for each key and place is tried. Whoever
 * took a key away too early, or restored a database without its keys, hears of it before his customers do.
 */
export async function warnOfLostKeys(ctx: House): Promise<LostKey[]> {
  const lost: LostKey[] = [];
  for (const place of sealedPlaces.filter(({ passing }) => !passing)) {
    for (const { key, sealed, count } of await readKeys(ctx, place))
      if (!opens(ctx, sealed)) lost.push({ place: nameOf(place), key, rows: Number(count) });
  }
  for (const one of lost)
    ctx.log.error(one, 'secrets are sealed with a key that is missing: give it in SECRET_KEYS or FORMER_AUTH_SECRETS');
  return lost;
}

/** `v2.<key>`, or `v1` for what does not say. */
const readKeys = ({ db }: House, { table, column }: SealedPlace) => {
  const value = sql.identifier(column);
  return db.execute<Group>(sql`
    select substring(${value} from '^(v1|v2\\.[^.]+)') as key, min(${value}) as sealed, count(*) from ${sql.identifier(table)}
    where ${value} is not null group by 1`);
};

function opens({ secrets }: House, sealed: string): boolean {
  try {
    secrets.open(sealed);
    return true;
  } catch {
    return false;
  }
}
