import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import postgres from 'postgres';
import { expect, inject, it } from 'vitest';
import { migrateDatabase } from '#src/db/migrate.ts';

it('brings an empty database up to date, once, when processes start together', async () => {
  const name = `ulak_migrate_${randomBytes(6).toString('hex')}`;
  const server = postgres(inject('serverUrl'), { max: 1, onnotice: () => {} });
  await server.unsafe(`create database ${name}`);
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  try {
    await Promise.all([migrateDatabase(url.href), migrateDatabase(url.href), migrateDatabase(url.href)]);
    await migrateDatabase(url.href);
    const client = postgres(url.href, { max: 1 });
    const applied = await client`select hash from drizzle.__drizzle_migrations`;
    await client.end();
    const files = (await readdir(new URL('../../drizzle', import.meta.url))).filter((file) => file.endsWith('.sql'));
    expect(applied).toHaveLength(files.length);
    expect(new Set(applied.map(({ hash }) => hash)).size).toBe(files.length);
  } finally {
    await server.unsafe(`drop database ${name} with (force)`);
    await server.end();
  }
});
