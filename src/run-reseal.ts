import { join } from 'node:path';
import { readConfig } from './config.ts';
import { secretBoxOf } from './create-context.ts';
import { openDatabase } from './db/client.ts';
import { startEmbeddedPostgres } from './platform/embedded/start-embedded-postgres.ts';
import { keepSecret } from './platform/keep-secret.ts';
import { createLog } from './platform/log.ts';
import { resealSecrets } from './vault/reseal-secrets.ts';

/** `npm run reseal`: everything that is sealed, sealed with the newest key. Fails when something cannot be opened. */
async function main(): Promise<void> {
  const config = readConfig();
  const { databaseUrl, dataDir, logLevel } = config;
  const server = databaseUrl ? { url: databaseUrl, stop: async () => {} } : await startEmbeddedPostgres({ dataDir });
  const database = openDatabase(server.url, { max: 2 });
  try {
    const secrets = secretBoxOf(config, config.authSecret ?? (await keepSecret(join(dataDir, 'auth-secret'))));
    const report = await resealSecrets({ db: database.db, secrets, log: createLog(logLevel) });
    const lines = report.map((line) => `${line.place}: ${line.resealed} sealed again, ${line.unreadable} unreadable`);
    process.stdout.write(`${lines.join('\n')}\n`);
    if (report.some(({ unreadable }) => unreadable > 0))
      throw new Error('some secrets cannot be opened: keep every key');
  } finally {
    await database.close();
    await server.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`Not done: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
