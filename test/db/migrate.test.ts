import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { expect, inject, it } from 'vitest';
import { migrateDatabase } from '#src/db/migrate.ts';
import { ask } from './acknowledged.ts';

it('F69: brings an empty database up to date, once, when processes start together', async () => {
  const name = `ulak_migrate_${randomBytes(6).toString('hex')}`;
  await ask(inject('serverUrl'), `create database ${name}`);
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  try {
    await Promise.all([migrateDatabase(url.href), migrateDatabase(url.href), migrateDatabase(url.href)]);
    await migrateDatabase(url.href);
    const applied = await ask<{ hash: string }>(url.href, 'select hash from drizzle.__drizzle_migrations');
    const files = (await readdir(new URL('../../drizzle', import.meta.url))).filter((file) => file.endsWith('.sql'));
    expect(applied).toHaveLength(files.length);
    expect(new Set(applied.map(({ hash }) => hash)).size).toBe(files.length);
  } finally {
    await ask(inject('serverUrl'), `drop database ${name} with (force)`);
  }
});
