import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ConfigError } from './config.ts';
import { nameConnectionError } from './db/connection-error.ts';
import { isOutage } from './platform/is-outage.ts';
import type { Log } from './platform/log.ts';

const OLDEST_VERSION = 150_000;
const PATIENCE_MS = 10_000;
const ASK_AGAIN_MS = 1_000;
const SAY_AGAIN_MS = 5_000;

type Waiting = {
  /** How long a server is waited for that is not up yet; 0: it has to be there. */
  waitSeconds: number;
  log: Pick<Log, 'warn'>;
  /** Aborted: not waited for any more. */
  signal?: AbortSignal | undefined;
};

/**
 * Resolves when a PostgreSQL that we can work with answers at `url`; one that is still coming up is waited for, a line in the log every few
 * seconds. Throws a ConfigError, in one line without the password.
 */
export async function reachDatabase(url: string, waiting?: Waiting): Promise<void> {
  const { waitSeconds = 0, log, signal } = waiting ?? {};
  const begun = performance.now();
  for (let sayAt = 0; ; ) {
    const error = await askDatabase(url);
    if (!error) return;
    const { hostname, port } = new URL(url);
    const reason = `DATABASE_URL: ${hostname}:${port || 5432}: ${describe(error)}`;
    const waited = performance.now() - begun;
    if (waitSeconds === 0 || !isOutage(error)) throw new ConfigError(reason, { cause: error });
    if (waited >= waitSeconds * 1000) throw new ConfigError(`${reason} (waited ${waitSeconds} s)`, { cause: error });
    if (waited >= sayAt) {
      log!.warn({ reason, waitSeconds }, 'waiting for the database');
      sayAt = waited + SAY_AGAIN_MS;
    }
    await sleep(ASK_AGAIN_MS, undefined, signal ? { signal } : {});
  }
}

/** Null: it answers. */
async function askDatabase(url: string): Promise<unknown> {
  const options = { connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS };
  const client = new pg.Client({ connectionString: url, ...options });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      "select current_setting('server_version_num')::int as number, current_setting('server_version') as name",
    );
    const [version] = rows as [{ number: number; name: string }];
    return version.number < OLDEST_VERSION
      ? new Error(`PostgreSQL 15 or newer is needed, this is ${version.name}`)
      : null;
  } catch (error) {
    return nameConnectionError(error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** An AggregateError, of a name with several addresses, has a code and no message. */
function describe(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return (message || code || String(error)).split('\n')[0]!;
}
