import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));
const LOCK = 7_105_251; // any number, the same in every process

/** Brings the schema up to date. Processes that start together take turns at an advisory lock. */
export async function migrateDatabase(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'ulak-migrate' } });
  try {
    await client`select pg_advisory_lock(${LOCK})`;
    await migrate(drizzle(client), { migrationsFolder: FOLDER });
  } finally {
    await client.end({ timeout: 5 });
  }
}
