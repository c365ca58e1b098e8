import pg from 'pg';
import { ConfigError } from './config.ts';

const OLDEST_VERSION = 150_000;
const PATIENCE_MS = 10_000;

/** Throws a ConfigError, in one line without the password, unless a PostgreSQL that we can work with answers at `url`. */
export async function reachDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PATIENCE_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      "select current_setting('server_version_num')::int as number, current_setting('server_version') as name",
    );
    const [version] = rows as [{ number: number; name: string }];
    if (version.number < OLDEST_VERSION) throw new Error(`PostgreSQL 15 or newer is needed, this is ${version.name}`);
  } catch (error) {
    const { hostname, port } = new URL(url);
    throw new ConfigError(`DATABASE_URL: ${hostname}:${port || 5432}: ${describe(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

/** An AggregateError, of a name with several addresses, has a code and no message. */
function describe(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return (message || code || String(error)).split('\n')[0]!;
}
