import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostKey } from './host-key.ts';
import { processStart } from './process-start.ts';

export type OwnerLock = { release(): void };

type Claim = { path: string; host: string; pid: number; start: string };

const ATTEMPTS = 12;
const BEAT_MS = 2_000;
const NAME = /^owner-([0-9a-f]+)-(\d+)-(\w+)-[0-9a-f]+\.lock$/;

export class DataDirectoryInUse extends Error {
  override name = 'DataDirectoryInUse';
  readonly pid: number;

  constructor(directory: string, pid: number) {
    super(`DATA_DIR ${directory} is in use by process ${pid}: stop it first, or set another DATA_DIR.`);
    this.pid = pid;
  }
}

/**
 * Makes this process the directory's only owner until it releases or dies. Each starter lays down a claim of its own,
 * named after its pid and start time, and only then looks for others: of two starters at least one sees the other, and
 * withdraws. Names are never used twice, so removing a dead claim cannot remove a living one.
 */
export async function acquireOwnerLock(directory: string, dataDir = directory): Promise<OwnerLock> {
  const host = hostKey();
  const start = processStart(process.pid) ?? 'unknown';
  let rival: Claim | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const name = `owner-${host}-${process.pid}-${start}-${randomBytes(6).toString('hex')}.lock`;
    const lock = layDown(join(directory, name));
    rival = await findRival(directory, name, host);
    if (rival === undefined) return hold(lock, join(directory, name));
    lock.release();
    if (isHeld(rival)) break;
    await sleep(10 + Math.random() * 150);
  }
  throw new DataDirectoryInUse(dataDir, rival?.pid ?? 0);
}

function layDown(path: string): OwnerLock {
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o644 });
  } catch (cause) {
    throw new Error(`This user cannot write in ${dirname(path)}.`, { cause });
  }
  const beat = setInterval(() => touch(path), BEAT_MS);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      rmSync(path, { force: true });
    },
  };
}

function hold(lock: OwnerLock, path: string): OwnerLock {
  writeFileSync(path, 'held\n', { flag: 'r+' });
  return lock;
}

async function findRival(directory: string, ownName: string, host: string): Promise<Claim | undefined> {
  for (const name of readdirSync(directory)) {
    const parts = NAME.exec(name);
    if (parts === null || name === ownName) continue;
    const claim = { path: join(directory, name), host: parts[1]!, pid: Number(parts[2]), start: parts[3]! };
    if (claim.host === host ? isRunning(claim) : await isBeating(claim)) return claim;
    rmSync(claim.path, { force: true });
  }
  return undefined;
}

function isRunning(claim: Claim): boolean {
  const start = processStart(claim.pid);
  return start !== undefined && (start === claim.start || start === 'unknown' || claim.start === 'unknown');
}

/** An owner in another container or on another machine: its pid says nothing here, but it touches its claim. */
async function isBeating(claim: Claim): Promise<boolean> {
  const first = touchedAt(claim.path);
  if (first === undefined || Math.abs(Date.now() - first) > 30 * BEAT_MS) return false;
  for (let waited = 0; waited < 3.5 * BEAT_MS; waited += 100) {
    await sleep(100);
    if (touchedAt(claim.path) !== first) return touchedAt(claim.path) !== undefined;
  }
  return false;
}

function isHeld(claim: Claim): boolean {
  try {
    return readFileSync(claim.path, 'utf8') !== '';
  } catch {
    return false;
  }
}

function touchedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The directory went away under us: there is nothing left to own.
  }
}
