import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export type EmptyDatabase = AsyncDisposable & { url: string; count(table: string): Promise<number> };

/** A database on the test server that nobody has migrated. */
export async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const name = `ulak_empty_${randomBytes(6).toString('hex')}`;
  const server = new pg.Client(inject('serverUrl'));
  await server.connect();
  await server.query(`create database ${name}`);
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async count(table) {
      const client = new pg.Client(url.href);
      await client.connect();
      const { rows } = await client.query(`select count(*) from ${table}`);
      await client.end();
      return Number(rows[0].count);
    },
    async [Symbol.asyncDispose]() {
      await server.query(`drop database ${name} with (force)`);
      await server.end();
    },
  };
}
