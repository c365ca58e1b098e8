import { existsSync, readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Processor seconds that the PostgreSQL with this postmaster has used so far; NaN where there is no /proc. */
export function serverCpuSeconds(postmaster: number): number {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.reduce((sum, pid) => sum + ticksOf(Number(pid), postmaster), 0) / TICKS_PER_SECOND;
}

function ticksOf(pid: number, postmaster: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const [parent, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((i) => Number(fields[i]));
    if (pid === postmaster) return user! + system! + endedUser! + endedSystem!;
    return parent === postmaster ? user! + system! : 0;
  } catch {
    return 0; // it ended while we were looking
  }
}
