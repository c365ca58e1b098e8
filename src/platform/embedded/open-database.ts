import pg from 'pg';
import { SUPERUSER } from './initialise-cluster.ts';
import { samePlace } from './postmaster.ts';

export const DATABASE = 'ulak';

export function databaseUrl(port: number, password: string, database = DATABASE): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Logs in, makes sure that this is the server of this cluster, creates the database if absent; returns its URL. */
export async function openDatabase(cluster: string, port: number, password: string): Promise<string> {
  const client = new pg.Client({
    connectionString: databaseUrl(port, password, 'postgres'),
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ directory: string }>(`select current_setting('data_directory') as directory`);
    const [server] = rows;
    if (server === undefined || !samePlace(server.directory, cluster)) {
      throw new Error(`The server on port ${port} serves ${server?.directory}, not ${cluster}.`);
    }
    const present = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (present.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(DATABASE)}`);
    return databaseUrl(port, password);
  } finally {
    await client.end().catch(() => undefined);
  }
}
