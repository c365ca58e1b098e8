import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chown, lstat, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { samePlace } from './postmaster.ts';

/**
 * Makes a cluster whose postmaster was killed ready to start: ends the processes it left behind and takes its pid out
 * of postmaster.pid, for that pid may be another program's by now. The rest of the file stays: PostgreSQL itself reads
 * there which shared memory to look for survivors in.
 */
export async function clearRemains(cluster: string, log: (line: string) => void): Promise<void> {
  const path = join(cluster, 'postmaster.pid');
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || process.platform === 'win32') return;
  await endOrphans(cluster, log);
  if (!found.isFile()) return;
  // PostgreSQL disregards a lock file naming its own parent (CreateLockFile in miscinit.c), which is this process.
  const [, ...rest] = readFileSync(path, 'utf8').split('\n');
  const staging = `${path}.ulak`;
  await rm(staging, { force: true });
  const file = await open(staging, 'wx', 0o600);
  await file.writeFile([process.pid, ...rest].join('\n'));
  await file.close();
  const { uid, gid } = await lstat(cluster);
  await chown(staging, uid, gid);
  await rename(staging, path);
}

/** Without /proc they are given time instead: PostgreSQL's processes end by themselves once idle without postmaster. */
async function endOrphans(cluster: string, log: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const signal of [0, 'SIGQUIT', 'SIGKILL'] as const) {
    for (let waited = 0; waited < 2_000; waited += 50) {
      const orphans = findOrphans(cluster);
      if (orphans.length === 0) return;
      if (waited === 0 && signal !== 0) {
        log(`PostgreSQL processes left without their server are ended: ${orphans.join(', ')}.`);
        for (const pid of orphans) send(pid, signal);
      }
      await sleep(50);
    }
  }
}

/** Every process of a server works in its data directory. */
function findOrphans(cluster: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && pid !== process.pid && worksIn(pid, cluster));
}

function worksIn(pid: number, cluster: string): boolean {
  try {
    const place = readlinkSync(`/proc/${pid}/cwd`);
    return samePlace(place, cluster) && /^(\S*\/)?postgres\b/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
