import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { processStart } from './process-start.ts';

/** A running server: the pid with its start time names the process, so a recycled pid is never signalled. */
export type Postmaster = { pid: number; start: string; port: number };

export type PidFile = { pid: number; directory: string; port: number; status: string };

/** What postmaster.pid says (pid, directory, start, port, sockets, address, shared memory, status), true or not. */
export function readPidFile(cluster: string): PidFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return {
      pid: Number(lines[0]),
      directory: lines[1] ?? '',
      port: Number(lines[3]),
      status: (lines[7] ?? '').trim(),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function isAlive(postmaster: { pid: number; start: string }): boolean {
  return processStart(postmaster.pid) === postmaster.start;
}

export function samePlace(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return one === other;
  }
}
