import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a living process was started, in the system's own count: with the pid it names one process, whereas a pid
 * alone is recycled. Undefined for a process that is gone or a zombie, 'unknown' for one we may not look at.
 */
export function processStart(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') return readProc(pid) ?? undefined;
  if (process.platform === 'win32') return isAlive(pid) ? 'unknown' : undefined;
  return askPs(pid);
}

/** The state and start time stand 1st and 20th after the program's name, which may hold spaces and brackets: proc(5). */
function readProc(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return isAlive(pid) ? 'unknown' : undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function askPs(pid: number): string | undefined {
  const ps = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } });
  const [state = '', ...started] = (ps.stdout ?? '').trim().split(/\s+/);
  if (ps.status !== 0 || state === '') return isAlive(pid) ? 'unknown' : undefined;
  return state.startsWith('Z') ? undefined : String(Date.parse(started.join(' ')));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
