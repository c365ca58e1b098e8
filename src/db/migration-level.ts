import { readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

const JOURNAL = new URL('../../drizzle/meta/_journal.json', import.meta.url);

/** The name of the newest migration that the database has. */
export async function readMigrationLevel(db: Pick<Db, 'execute'>): Promise<string> {
  const [newest] = await db.execute<{ at: string }>(
    sql`select max(created_at)::text as at from drizzle.__drizzle_migrations`,
  );
  const { entries } = JSON.parse(await readFile(JOURNAL, 'utf8')) as { entries: { when: number; tag: string }[] };
  return entries.find(({ when }) => String(when) === newest?.at)?.tag ?? 'unknown';
}
