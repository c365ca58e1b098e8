import { existsSync } from 'node:fs';
import { chown, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { runAs } from './run-as.ts';
import type { ServerUser } from './server-user.ts';

export const SUPERUSER = 'ulak';

type Input = { home: string; binaries: Binaries; user: ServerUser | undefined; password: string; durable: boolean };

/**
 * Makes the cluster unless it is there. initdb works in a sibling that is renamed into place once complete, so a start
 * killed midway leaves nothing that looks like a cluster. Sorting is by code point and case folding by Unicode,
 * whatever locales the system has: Turkish text is stored as it came.
 */
export async function initialiseCluster({ home, binaries, user, password, durable }: Input): Promise<string> {
  const cluster = join(home, 'cluster');
  await removeUnfinished(home);
  if (existsSync(cluster)) return cluster;
  const staging = await mkdtemp(join(home, 'unfinished-'));
  const passwordFile = join(staging, 'password');
  await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
  if (user) for (const path of [passwordFile, staging]) await chown(path, user.uid, user.gid);
  const made = await runAs(user, binaries.initdb, [
    `--pgdata=${join(staging, 'cluster')}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--auth-host=scram-sha-256',
    '--auth-local=scram-sha-256',
    ...(durable ? [] : ['--no-sync']),
  ]);
  if (!made.ok) throw new Error(`PostgreSQL could not make its cluster in ${home}:\n${made.output}`);
  await rename(join(staging, 'cluster'), cluster);
  if (durable && process.platform !== 'win32') await syncDirectory(home);
  await rm(staging, { recursive: true, force: true });
  return cluster;
}

async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith('unfinished-')) await rm(join(home, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  await directory.sync();
  await directory.close();
}
