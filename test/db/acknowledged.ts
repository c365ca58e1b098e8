import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
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
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await ask(serverUrl, `create database ${name}`);
  await ask(url.href, 'create table acknowledged (key integer primary key)');
  return {
    url: url.href,
    keys: async () =>
      new Set((await ask<{ key: number }>(url.href, 'select key from acknowledged')).map(({ key }) => key)),
    empty: () => ask(url.href, 'truncate acknowledged'),
    [Symbol.asyncDispose]: async () => void (await ask(serverUrl, `drop database ${name} with (force)`)),
  };
}

export async function ask<T>(url: string, question: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(question)).rows as T[];
  } finally {
    await client.end();
  }
}
