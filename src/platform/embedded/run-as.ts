import { type SpawnOptions, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { ServerUser } from './server-user.ts';

export type Outcome = { ok: boolean; output: string };

/** Runs a program to its end as the server's user and returns what it said; never throws. */
export async function runAs(user: ServerUser | undefined, file: string, args: string[]): Promise<Outcome> {
  try {
    return await run(user, file, args);
  } catch (error) {
    return { ok: false, output: (error as Error).message };
  }
}

/**
 * What every program of the server is spawned with. Our own environment stays at home: it holds secrets, and PG*
 * variables would change what the programs do. Node drops our supplementary groups when a uid is given.
 */
export function spawnOptionsFor(user: ServerUser | undefined, file: string): SpawnOptions {
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: '/', LC_ALL: 'C', TZ: 'UTC' };
  if (process.platform === 'win32') Object.assign(env, { SystemRoot: process.env.SystemRoot, TEMP: process.env.TEMP });
  return { cwd: dirname(file), env, windowsHide: true, ...(user && { uid: user.uid, gid: user.gid }) };
}

function run(user: ServerUser | undefined, file: string, args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...spawnOptionsFor(user, file), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ ok: code === 0, output: output.trim() || `${file} ended with ${signal ?? code}` });
    });
  });
}
