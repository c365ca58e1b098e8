import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { isAlive } from './postmaster.ts';
import { runAs } from './run-as.ts';

const STEPS = [
  ['SIGINT', 60_000],
  ['SIGQUIT', 15_000],
  ['SIGKILL', 10_000],
] as const;

/** Stops the server: fast (clients are cut off, everything is written), then immediately, then by force. */
export async function stopPostmaster(
  postmaster: { pid: number; start: string },
  cluster: string,
  binaries: Binaries,
): Promise<void> {
  if (process.platform === 'win32') {
    await runAs(undefined, binaries.pgCtl, ['stop', '-D', cluster, '-m', 'fast', '-w']);
    return;
  }
  for (const [signal, patienceMs] of STEPS) {
    if (!isAlive(postmaster)) return;
    send(postmaster.pid, signal);
    for (let waited = 0; waited < patienceMs && isAlive(postmaster); waited += 20) await sleep(20);
  }
  if (isAlive(postmaster)) throw new Error(`PostgreSQL (process ${postmaster.pid}) does not end.`);
}

/** Asks for a fast shutdown and returns at once. */
export function tellToEnd(postmaster: { pid: number; start: string }): void {
  if (process.platform !== 'win32' && isAlive(postmaster)) send(postmaster.pid, 'SIGINT');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
