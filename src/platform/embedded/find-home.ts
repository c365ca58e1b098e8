import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPrivate } from './check-private.ts';
import { runAs } from './run-as.ts';
import type { ServerUser } from './server-user.ts';

const POINTER = 'postgres.location';

/**
 * The directory that holds the cluster of a DATA_DIR: `postgres` inside it or, where the server's user cannot work
 * there, one elsewhere that a pointer file in DATA_DIR remembers.
 */
export async function findHome(
  dataDir: string,
  user: ServerUser | undefined,
  log: (line: string) => void,
): Promise<string> {
  const remembered = await followPointer(dataDir);
  if (remembered !== undefined) return remembered;
  const inside = join(dataDir, 'postgres');
  if (existsSync(join(inside, 'cluster'))) return inside;
  await mkdir(inside, { recursive: true, mode: user ? 0o711 : 0o700 });
  if (user) await chmod(inside, 0o711);
  const obstacle = await findObstacle(inside, user);
  if (obstacle === undefined) return inside;
  await rmdir(inside).catch(() => undefined);
  const elsewhere = await makeHomeElsewhere(dataDir, user);
  await writePointer(dataDir, elsewhere);
  log(`The database of ${dataDir} is kept in ${elsewhere}: ${obstacle}.`);
  return elsewhere;
}

async function followPointer(dataDir: string): Promise<string | undefined> {
  const pointer = join(dataDir, POINTER);
  const home = await readFile(pointer, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (home === undefined) return undefined;
  const directory = home.trim();
  if (!existsSync(directory)) {
    throw new Error(
      `The database of ${dataDir} was kept in ${directory}, which is gone. ` +
        `Bring it back, or delete ${pointer} to begin with an empty database.`,
    );
  }
  await checkPrivate(directory, (await lstat(pointer)).uid);
  return directory;
}

async function findObstacle(home: string, user: ServerUser | undefined): Promise<string | undefined> {
  try {
    return await tryOut(home, user);
  } catch (error) {
    return `${home} cannot be given to ${user?.name ?? 'PostgreSQL'} (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** Tries what PostgreSQL will do: own a directory of mode 0700 here and write in it. */
async function tryOut(home: string, user: ServerUser | undefined): Promise<string | undefined> {
  const trial = await mkdtemp(join(home, 'trial-'));
  try {
    if (user) await chown(trial, user.uid, user.gid);
    await chmod(trial, 0o700);
    const { mode } = await stat(trial);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) return `${home} cannot be closed to other users`;
    if (user === undefined) return undefined;
    const entered = await runAs(user, '/bin/sh', ['-c', 'cd "$1" && : > trial', 'sh', trial]);
    return entered.ok ? undefined : `PostgreSQL runs as ${user.name}, who cannot write in ${home}`;
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

async function makeHomeElsewhere(dataDir: string, user: ServerUser | undefined): Promise<string> {
  const lasting = user ? '/var/lib/ulak' : join(homedir(), '.local/state/ulak');
  const prefix = `ulak-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}-`;
  const obstacles: string[] = [];
  for (const parent of new Set([lasting, tmpdir(), '/tmp', '/var/tmp'])) {
    let home: string | undefined;
    try {
      if (parent === lasting) await mkdir(parent, { recursive: true, mode: 0o755 });
      home = await mkdtemp(join(parent, prefix));
      if (user) await chmod(home, 0o711);
      await checkPrivate(home);
      const obstacle = await findObstacle(home, user);
      if (obstacle === undefined) return home;
      obstacles.push(obstacle);
    } catch (error) {
      obstacles.push((error as Error).message);
    }
    if (home !== undefined) await rm(home, { recursive: true, force: true });
  }
  const hint = user ? ' If this root may not become another user, start Ulak as an ordinary one.' : '';
  throw new Error(`No place for the database of ${dataDir}: ${obstacles.join('; ')}.${hint}`);
}

async function writePointer(dataDir: string, home: string): Promise<void> {
  const staging = join(dataDir, `${POINTER}.tmp`);
  await writeFile(staging, `${home}\n`, { flush: true });
  await rename(staging, join(dataDir, POINTER));
}
