import { join } from 'node:path';
import { createEvolutionClients, timeoutsAt } from './channels/evolution/evolution-clients.ts';
import type { Config } from './config.ts';
import type { AppContext } from './context.ts';
import { openDatabase } from './db/client.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { jobsOf, openJobs } from './platform/jobs.ts';
import type { Log } from './platform/log.ts';
import { createSecretBox } from './platform/secret-box.ts';
import { createDiskStorage } from './platform/storage.ts';
import { queues } from './queues.ts';

export type ContextParts = {
  /** A migrated database. */
  databaseUrl: string;
  publicUrl: string;
  authSecret: string;
  log: Log;
  clock?: Clock | undefined;
  /** False in tests: pg-boss does nothing by itself. */
  background?: boolean;
};

/** Opens what the process owns; `close` gives all of it back, in the order that nothing is missed. */
export async function createContext(
  config: Config,
  parts: ContextParts,
): Promise<{ ctx: AppContext; close(): Promise<void> }> {
  const { log, publicUrl, authSecret, clock = systemClock, background = true } = parts;
  const database = openDatabase(parts.databaseUrl, { max: config.databasePool });
  const onError = (error: unknown) => log.error({ err: error }, 'queue error');
  const boss = await openJobs(parts.databaseUrl, queues, { onError, background, max: background ? 4 : 2 }).catch(
    async (error) => {
      await database.close();
      throw error;
    },
  );
  const evolution = createEvolutionClients(timeoutsAt(config.recoverySpeed));
  const ctx: AppContext = {
    config,
    publicUrl,
    authSecret,
    db: database.db,
    client: database.client,
    boss,
    jobs: jobsOf(boss),
    evolution,
    storage: createDiskStorage(join(config.dataDir, 'files')),
    secrets: createSecretBox(authSecret),
    clock,
    log,
  };
  const close = async () => {
    await boss.stop({ graceful: false, close: true });
    evolution.close();
    await database.close();
  };
  return { ctx, close };
}
