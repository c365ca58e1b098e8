import postgres from 'postgres';
import { SUPERUSER } from './initialise-cluster.ts';
import { samePlace } from './postmaster.ts';

export const DATABASE = 'ulak';

export function databaseUrl(port: number, password: string, database = DATABASE): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Logs in, makes sure that this is the server of this cluster, creates the database if absent; returns its URL. */
export async function openDatabase(cluster: string, port: number, password: string): Promise<string> {
  const sql = postgres(databaseUrl(port, password, 'postgres'), {
    max: 1,
    connect_timeout: 10,
    onnotice: () => undefined,
  });
  try {
    const [server] = await sql<{ directory: string }[]>`select current_setting('data_directory') as directory`;
    if (server === undefined || !samePlace(server.directory, cluster)) {
      throw new Error(`The server on port ${port} serves ${server?.directory}, not ${cluster}.`);
    }
    const present = await sql`select from pg_database where datname = ${DATABASE}`;
    if (present.length === 0) await sql`create database ${sql(DATABASE)}`;
    return databaseUrl(port, password);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
