import { sql } from 'drizzle-orm';
import type { Db } from '#src/db/client.ts';
import { ArchiveFault, type FaultCode } from './archive-fault.ts';
import type { Row } from './check-row.ts';

/** By PostgreSQL's own code for what it refuses. */
const refusals: Record<string, FaultCode> = {
  '23503': 'points-outside',
  '23505': 'already-there',
  '23502': 'wrong-value',
  '23514': 'wrong-value',
  '23P01': 'already-there',
};

/** Inserts rows as they are, in one statement. Throws ArchiveFault for what the table does not take. */
export async function insertRows(
  db: Pick<Db, 'execute'>,
  table: string,
  rows: Row[],
  { where, skipKnown = false }: { where: string; skipKnown?: boolean },
): Promise<number> {
  if (rows.length === 0) return 0;
  const list = Object.keys(rows[0]!)
    .map((name) => `"${name}"`)
    .join(', ');
  try {
    const inserted = await db.execute(sql`
      insert into ${sql.raw(`"${table}"`)} (${sql.raw(list)})
      select ${sql.raw(list)} from jsonb_populate_recordset(null::${sql.raw(`"${table}"`)}, ${JSON.stringify(rows)}::jsonb)
      ${sql.raw(skipKnown ? 'on conflict do nothing' : '')}`);
    return inserted.count;
  } catch (error) {
    throw asFault(error, where);
  }
}

/** What a statement was refused for, in words for whoever brought the archive; anything else stays what it is. */
export function asFault(error: unknown, where: string): unknown {
  for (let at = error; at instanceof Error; at = at.cause as Error) {
    const code = (at as { code?: string }).code ?? '';
    const fault = refusals[code] ?? (code.startsWith('22') ? 'wrong-type' : undefined);
    if (fault) return new ArchiveFault(fault, where, error);
  }
  return error;
}
