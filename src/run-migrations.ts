import { readConfig } from './config.ts';
import { migrateDatabase } from './db/migrate.ts';
import { startEmbeddedPostgres } from './platform/embedded/start-embedded-postgres.ts';
import { createLog } from './platform/log.ts';
import { reachDatabase } from './reach-database.ts';

/** `npm run migrate`: the database at DATABASE_URL, or the embedded one in DATA_DIR, brought up to date. */
async function main(): Promise<void> {
  const { databaseUrl, databaseWaitSeconds: waitSeconds, dataDir, logLevel } = readConfig();
  if (databaseUrl) await reachDatabase(databaseUrl, { waitSeconds, log: createLog(logLevel) });
  const server = databaseUrl ? { url: databaseUrl, stop: async () => {} } : await startEmbeddedPostgres({ dataDir });
  try {
    await migrateDatabase(server.url);
    process.stdout.write('The database is up to date\n');
  } finally {
    await server.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`Not migrated: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
