import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import type { Db } from '#src/db/client.ts';

export const acknowledged = pgTable('acknowledged', { key: integer('key').primaryKey() });

export type Writer = (db: Db, key: number) => Promise<unknown>;

/** The two ways our code writes: Drizzle's own statements, with parameters, and raw ones, which postgres.js pipelines. */
export const writers: Record<'Drizzle' | 'db.execute', Writer> = {
  Drizzle: (db, key) => db.insert(acknowledged).values({ key }),
  'db.execute': (db, key) => db.execute(sql.raw(`insert into acknowledged values (${key})`)),
};

/** A database with the table in it. `keys` reads it over a connection of its own. */
export async function createLedger(serverUrl: string) {
  const name = `ulak_acknowledged_${randomBytes(6).toString('hex')}`;
  const server = postgres(serverUrl, { max: 1, onnotice: () => {} });
  await server.unsafe(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const ask = async <T>(question: string) => {
    const client = postgres(url.href, { max: 1, onnotice: () => {} });
    const rows = await client.unsafe(question);
    await client.end();
    return rows as unknown as T[];
  };
  await ask('create table acknowledged (key integer primary key)');
  return {
    url: url.href,
    keys: async () => new Set((await ask<{ key: number }>('select key from acknowledged')).map(({ key }) => key)),
    empty: () => ask('truncate acknowledged'),
    async [Symbol.asyncDispose]() {
      await server.unsafe(`drop database ${name} with (force)`);
      await server.end();
    },
  };
}
