import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { findServing } from './find-serving.ts';
import { openDatabase } from './open-database.ts';
import { isAlive, type Postmaster, readPidFile } from './postmaster.ts';
import { stopPostmaster } from './stop-postmaster.ts';

const PATIENCE_MS = 10 * 60_000;

/**
 * Takes over the server that an owner killed without warning left running on this cluster, as it runs, with the
 * settings it was given. One that is ending is waited for, one that does not answer to us is stopped: undefined then.
 */
export async function adoptPostmaster(
  cluster: string,
  binaries: Binaries,
  password: string,
  log: (line: string) => void,
): Promise<Postmaster | undefined> {
  const found = findServing(cluster);
  if (found === undefined) return undefined;
  const port = await untilSettled(cluster, found);
  if (port === undefined) return undefined;
  try {
    await openDatabase(cluster, port, password);
    log(`PostgreSQL was left running (process ${found.pid}) and is taken over as it runs.`);
    return { ...found, port };
  } catch (error) {
    log(`The PostgreSQL left running (process ${found.pid}) is stopped: ${(error as Error).message}`);
    await stopPostmaster(found, cluster, binaries);
    return undefined;
  }
}

/** The port once the server is ready; undefined once it is gone. */
async function untilSettled(cluster: string, found: { pid: number; start: string }): Promise<number | undefined> {
  for (let waited = 0; waited < PATIENCE_MS && isAlive(found); waited += 50) {
    const file = readPidFile(cluster);
    if (file?.pid === found.pid && file.status === 'ready') return file.port;
    await sleep(50);
  }
  if (isAlive(found)) throw new Error(`PostgreSQL (process ${found.pid}) is neither ready nor gone.`);
  return undefined;
}
