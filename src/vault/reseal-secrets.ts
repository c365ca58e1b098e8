import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { nameOf, type SealedPlace, sealedPlaces } from './sealed-places.ts';

export type Resealed = { place: string; resealed: number; unreadable: number };
type House = Pick<AppContext, 'db' | 'secrets' | 'log'>;
type Row = { at: string; sealed: string };

const BATCH = 500;
const MOST_PASSES = 5;
const FIRST = '(0,0)';

/**
 * Seals everything again that was not sealed with the newest key, some hundred rows in a statement; may be stopped and begun again
 * at any time, and run by several. What no key opens is left as it is, counted and logged. Afterwards older keys may go.
 */
export async function resealSecrets(ctx: House, signal?: AbortSignal): Promise<Resealed[]> {
  const report: Resealed[] = [];
  for (const place of sealedPlaces) {
    const done = await resealPlace(ctx, place, signal);
    if (done.resealed > 0) ctx.log.info(done, 'secrets sealed with the newest key');
    if (done.unreadable > 0) ctx.log.error(done, 'secrets that none of the keys opens');
    report.push(done);
  }
  return report;
}

/** Rows that change meanwhile move: gone through until nothing is left to do. */
async function resealPlace(ctx: House, place: SealedPlace, signal?: AbortSignal): Promise<Resealed> {
  const total = { place: nameOf(place), resealed: 0, unreadable: 0 };
  for (let pass = 0; pass < MOST_PASSES && !signal?.aborted; pass++) {
    const { resealed, unreadable } = await passOver(ctx, place, signal);
    total.resealed += resealed;
    total.unreadable = unreadable;
    if (resealed === 0) break;
  }
  return total;
}

async function passOver(ctx: House, place: SealedPlace, signal?: AbortSignal) {
  const count = { resealed: 0, unreadable: 0 };
  for (let after = FIRST; !signal?.aborted; ) {
    const rows = await readOlder(ctx, place, after);
    if (rows.length === 0) break;
    const fresh = rows.flatMap((row) => ({ ...row, fresh: seal(ctx, row.sealed) }));
    const readable = fresh.filter((row) => row.fresh !== null);
    count.unreadable += fresh.length - readable.length;
    if (readable.length > 0) count.resealed += await replace(ctx, place, readable);
    after = rows.at(-1)!.at;
  }
  return count;
}

function seal({ secrets }: House, sealed: string): string | null {
  try {
    return secrets.seal(secrets.open(sealed));
  } catch {
    return null;
  }
}

const sealedIn = ({ column, member }: SealedPlace): SQL =>
  member === undefined ? sql`t.${sql.identifier(column)}` : sql`t.${sql.identifier(column)} ->> ${member}`;

const readOlder = ({ db, secrets }: House, place: SealedPlace, after: string) =>
  db.execute<Row>(sql`
    select t.ctid::text as at, ${sealedIn(place)} as sealed from ${sql.identifier(place.table)} t
    where t.ctid > ${after}::tid and not starts_with(${sealedIn(place)}, ${secrets.currentPrefix})
    order by t.ctid limit ${BATCH}`);

/** Only what is still as it was read. */
async function replace({ db }: House, place: SealedPlace, rows: (Row & { fresh: string | null })[]): Promise<number> {
  const column = sql.identifier(place.column);
  const value =
    place.member === undefined ? sql`v.fresh` : sql`t.${column} || jsonb_build_object(${place.member}::text, v.fresh)`;
  const result = await db.execute(sql`
    update ${sql.identifier(place.table)} t set ${column} = ${value}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as v(at text, sealed text, fresh text)
    where t.ctid = v.at::tid and ${sealedIn(place)} = v.sealed`);
  return result.count;
}
