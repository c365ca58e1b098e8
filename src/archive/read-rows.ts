import { sql } from 'drizzle-orm';
import type { Db } from '#src/db/client.ts';
import type { TravellingTable } from './tables.ts';

const BATCH_BYTES = 1024 * 1024;
const MOST_ROWS = 2_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Which rows of a table are meant. @param organizationId null: all. */
export function conditionOf({ travel, hasOwner }: TravellingTable, organizationId: string | null): string {
  if (organizationId === null) return 'true';
  if (!UUID.test(organizationId)) throw new Error('not an id');
  const condition = travel.where ?? (hasOwner ? 'organization_id = $1' : 'false');
  return condition.replaceAll('$1', `'${organizationId}'::uuid`);
}

/** As text where JSON's numbers are too small. */
const selected = (name: string, type: string): string =>
  type === 'bigint' ? `"${name}"::text as "${name}"` : `"${name}"`;

/** The rows of a table as lines of JSON, about a megabyte at a time, by a cursor of the transaction that `db` is. */
export async function* readRows(
  db: Pick<Db, 'execute'>,
  table: TravellingTable,
  columns: { name: string; type: string }[],
  organizationId: string | null,
): AsyncGenerator<string[]> {
  const list = columns.map(({ name, type }) => selected(name, type)).join(', ');
  const rows = `select ${list} from "${table.name}" where ${conditionOf(table, organizationId)}`;
  await db.execute(
    sql.raw(`declare travelling no scroll cursor for select to_json(one)::text as line from (${rows}) one`),
  );
  let count = 50;
  for (;;) {
    const batch = await db.execute<{ line: string }>(sql.raw(`fetch forward ${count} from travelling`));
    if (batch.length > 0) yield batch.map(({ line }) => line);
    if (batch.length < count) break;
    const bytes = batch.reduce((sum, { line }) => sum + line.length, 0);
    count = Math.max(1, Math.min(MOST_ROWS, Math.floor((count * BATCH_BYTES) / Math.max(bytes, 1))));
  }
  await db.execute(sql.raw('close travelling'));
}

export async function countRows(
  db: Pick<Db, 'execute'>,
  table: TravellingTable,
  organizationId: string | null,
): Promise<number> {
  const [row] = await db.execute<{ rows: string }>(
    sql.raw(`select count(*) as rows from "${table.name}" where ${conditionOf(table, organizationId)}`),
  );
  return Number(row!.rows);
}
