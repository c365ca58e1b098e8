import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { applyBelt, ensureBeltRole } from './apply-belt.ts';

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));
const LOCK = 7_105_251; // any number, the same in every process

/** Brings the schema, and the belt round it, up to date. Processes that start together take turns at an advisory lock. */
export async function migrateDatabase(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'ulak-migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await ensureBeltRole(client);
    await migrate(drizzle(client), { migrationsFolder: FOLDER });
    await applyBelt(client);
  } finally {
    await client.end();
  }
}
