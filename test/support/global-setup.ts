import { createHash } from 'node:crypto';
import { access, chmod, constants, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '#src/db/client.ts';
import { migrateDatabase } from '#src/db/migrate.ts';
import { startEmbeddedPostgres } from '#src/platform/embedded/start-embedded-postgres.ts';
import { openJobs } from '#src/platform/jobs.ts';
import { queues } from '#src/queues.ts';
import { type Cast, createCast } from './cast.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which databases may be made. */
    serverUrl: string;
    /** The migrated database that every world is cloned from. */
    templateName: string;
    /** Who is in it. */
    cast: Cast;
  }
}

/** One PostgreSQL for the whole run (ours, or the one at DATABASE_URL) and one migrated template on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env['DATABASE_URL']
    ? { url: process.env['DATABASE_URL'], stop: async () => {} }
    : await startServer();
  const templateName = `ulak_template_${createHash('sha1').update(String(process.pid)).digest('hex').slice(0, 8)}`;
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`create database ${templateName}`);
  const url = databaseUrl(server.url, templateName);
  await migrateDatabase(url);
  const boss = await openJobs(url, queues, { onError: (error) => console.error(error), background: false });
  await boss.stop({ graceful: false, close: true });
  const database = openDatabase(url, { max: 1 });
  project.provide('cast', await createCast(database));
  await database.close();
  project.provide('serverUrl', server.url);
  project.provide('templateName', templateName);
  return async () => {
    await admin.query(`drop database if exists ${templateName} with (force)`);
    await admin.end();
    await server.stop();
  };
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(await scratchSpace(), 'ulak-test-'));
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '400',
      max_wal_size: '256MB',
    },
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(server.directory, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const MEMORY = '/dev/shm';
const ROOM_BYTES = 2 * 1024 ** 3;

/** Memory where there is enough of it: making and dropping a database a test is mostly making and dropping files. */
async function scratchSpace(): Promise<string> {
  try {
    await access(MEMORY, constants.W_OK);
    const { bavail, bsize } = await statfs(MEMORY);
    return bavail * bsize >= ROOM_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
