import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { ArchiveFault } from './archive-fault.ts';
import type { Arrival } from './arrivals.ts';
import { faultIn, findFault, parseLine, type Row } from './check-row.ts';
import type { IdMap } from './id-map.ts';
import { asFault, insertRows } from './insert-rows.ts';
import { SECRETS } from './manifest.ts';
import { unlock } from './passphrase-lock.ts';
import { readLines } from './read-lines.ts';
import { remapRow } from './remap-row.ts';
import { type Scope, secretTablesOf, type TravellingTable, tablesOf } from './tables.ts';

/** Unlocks the secrets of an archive and seals them with this server's own key. Throws `wrong-passphrase`. */
export async function loadSecrets(
  ctx: AppContext,
  content: AsyncIterable<Uint8Array>,
  passphrase: string,
  ids: IdMap,
  arrival: Arrival,
): Promise<void> {
  const scope: Scope = arrival.mode === 'empty' ? 'platform' : 'organization';
  const source = Readable.toWeb(Readable.from(content, { objectMode: false })) as ReadableStream<Uint8Array>;
  const plain = await unlock(source, passphrase).catch((error: unknown) => {
    throw error instanceof ArchiveFault ? error : new ArchiveFault('wrong-passphrase', SECRETS, error);
  });
  let number = 0;
  for await (const line of readLines(Readable.fromWeb(plain as unknown as WebStream), SECRETS)) {
    const where = `${SECRETS}:${++number}`;
    const found = parseLine(line);
    if (!found || faultIn(found, 0)) throw new ArchiveFault('not-json', where);
    if (isObject(found['row'])) await loadRow(ctx, scope, String(found['table']), found['row'], ids, where);
    else await loadColumns(ctx, scope, found, ids, where);
  }
}

const isObject = (value: unknown): value is Row => value !== null && typeof value === 'object' && !Array.isArray(value);

const find = (tables: TravellingTable[], name: string, where: string): TravellingTable => {
  const table = tables.find((one) => one.name === name);
  if (!table) throw new ArchiveFault('unexpected-entry', where);
  return table;
};

async function loadRow(
  ctx: AppContext,
  scope: Scope,
  name: string,
  row: Row,
  ids: IdMap,
  where: string,
): Promise<void> {
  const table = find(secretTablesOf(scope), name, where);
  const fault = findFault(table, row, { type: 'platform' });
  if (fault) throw new ArchiveFault(fault.code, where);
  await insertRows(ctx.db, name, [remapRow(table, row, { ids, pictures: null })], { where });
}

/** The secret columns of a row that is there by now. */
async function loadColumns(ctx: AppContext, scope: Scope, found: Row, ids: IdMap, where: string): Promise<void> {
  const table = find(tablesOf(scope), String(found['table']), where);
  const { key, secrets } = found;
  if (!isObject(key) || !isObject(secrets) || table.key.some((name) => typeof key[name] !== 'string'))
    throw new ArchiveFault('wrong-columns', where);
  const idColumns = new Set(table.columns.filter(({ type }) => type === 'uuid').map(({ name }) => name));
  const conditions = table.key.map(
    (name) => sql`${sql.raw(`"${name}"`)}::text = ${idColumns.has(name) ? ids(key[name] as string) : key[name]}`,
  );
  for (const [name, kind] of table.secrets) {
    const value = secrets[name] ?? null;
    if (value !== null && typeof value !== 'string') throw new ArchiveFault('wrong-type', where);
    if (value === null) continue;
    const stored = kind === 'sealed' ? ctx.secrets.seal(value) : value;
    await ctx.db
      .execute(
        sql`update ${sql.raw(`"${table.name}"`)} set ${sql.raw(`"${name}"`)} = ${stored} where ${sql.join(conditions, sql` and `)}`,
      )
      .catch((error: unknown) => {
        throw asFault(error, where);
      });
  }
}
