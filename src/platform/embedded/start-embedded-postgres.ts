import { mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { adoptPostmaster } from './adopt-postmaster.ts';
import { locateBinaries } from './binaries.ts';
import { clearRemains } from './clear-remains.ts';
import { findHome } from './find-home.ts';
import { initialiseCluster } from './initialise-cluster.ts';
import { keepPassword } from './keep-password.ts';
import { launchPostmaster } from './launch-postmaster.ts';
import { openDatabase } from './open-database.ts';
import { acquireOwnerLock } from './owner-lock.ts';
import type { Postmaster } from './postmaster.ts';
import { chooseServerUser } from './server-user.ts';
import { stopPostmaster, tellToEnd } from './stop-postmaster.ts';

export type EmbeddedPostgresOptions = {
  /** Holds the cluster, its password and its log; one process at a time may own it. */
  dataDir: string;
  log?: (line: string) => void;
  /** Server settings that override ours; an adopted server keeps those it was started with. */
  settings?: Record<string, string>;
};

export type EmbeddedPostgres = {
  /** postgres://… of the database `ulak`, as superuser. */
  url: string;
  /** Where the cluster lies: inside dataDir unless the server's user cannot work there. */
  directory: string;
  /** True if the server was already running, left by an owner that was killed. */
  adopted: boolean;
  /** Ends the server, waits for it and gives up the directory. May be called again. */
  stop(): Promise<void>;
};

/** Gives a PostgreSQL of our own on `dataDir`, whatever state the last owner left it in; rejects with the reason. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(resolve(options.dataDir), { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const log = options.log ?? (() => undefined);
  const locks = [await acquireOwnerLock(dataDir)];
  const release = () => {
    for (const lock of locks) lock.release();
  };
  try {
    const directory = await findHome(dataDir, chooseServerUser(), log);
    if (directory !== join(dataDir, 'postgres')) locks.push(await acquireOwnerLock(directory, dataDir));
    return hold(await bringUp({ dataDir, directory, settings: options.settings ?? {}, log }), release);
  } catch (error) {
    release();
    throw error;
  }
}

type Place = { dataDir: string; directory: string; settings: Record<string, string>; log: (line: string) => void };

type Running = Omit<EmbeddedPostgres, 'stop'> & { postmaster: Postmaster; end(): Promise<void> };

async function bringUp({ dataDir, directory, settings, log }: Place): Promise<Running> {
  const existing = join(directory, 'cluster');
  const user = chooseServerUser(existing);
  const binaries = await locateBinaries(user, log);
  const password = await keepPassword(dataDir, existing);
  const cluster = await initialiseCluster({
    home: directory,
    binaries,
    user,
    password,
    durable: settings.fsync !== 'off',
  });
  const adopt = () => adoptPostmaster(cluster, binaries, password, log);
  const launch = async () => {
    await clearRemains(cluster, log);
    return await launchPostmaster({ cluster, binaries, user, logFile: join(dataDir, 'postgres.log'), settings, log });
  };
  let adopted = await adopt();
  const postmaster =
    adopted ??
    (await launch().catch(async (error) => {
      // A server that a killed owner had only just spawned may have been quicker.
      adopted = await adopt();
      if (adopted === undefined) throw error;
      return adopted;
    }));
  const end = () => stopPostmaster(postmaster, cluster, binaries);
  try {
    const url = await openDatabase(cluster, postmaster.port, password);
    return { url, directory, adopted: adopted !== undefined, postmaster, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** If we exit without stop(), the server is told to end too; if we are killed, the next start adopts it. */
function hold({ postmaster, end, ...running }: Running, release: () => void): EmbeddedPostgres {
  const onExit = () => {
    tellToEnd(postmaster);
    release();
  };
  const finish = async () => {
    await end();
    process.off('exit', onExit);
    release();
  };
  process.on('exit', onExit);
  let stopped: Promise<void> | undefined;
  return {
    ...running,
    stop() {
      stopped ??= finish();
      return stopped;
    },
  };
}
