import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readPidFile, samePlace } from './postmaster.ts';
import { processStart } from './process-start.ts';

/** The living postmaster of this cluster, told by its command line: a recycled pid is another program's. */
export function findServing(cluster: string): { pid: number; start: string } | undefined {
  const file = readPidFile(cluster);
  if (file === undefined || !(file.pid > 1)) return undefined;
  const start = processStart(file.pid);
  if (start === undefined) return undefined;
  return servesHere(file.pid, file.directory, cluster) ? { pid: file.pid, start } : undefined;
}

function servesHere(pid: number, directory: string, cluster: string): boolean {
  if (!samePlace(directory, cluster)) return false;
  if (process.platform === 'linux') {
    const [program = '', ...options] = readCommandLine(pid);
    return /(^|\/)postgres$/.test(program) && options.some((option) => samePlace(option, cluster));
  }
  if (process.platform === 'win32') return true;
  const ps = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return ps.stdout.includes(`/postgres -D ${directory} `);
}

function readCommandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
