import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';

const ROTATE_BYTES = 16 * 1024 * 1024;

export type ServerLog = { path: string; descriptor: number; tail(): string; close(): void };

/** Opens the file the server's output goes to; `tail` gives the last lines written since. One older file is kept. */
export function openServerLog(path: string): ServerLog {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_BYTES) renameSync(path, `${path}.1`);
  const begin = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const descriptor = openSync(path, 'a', 0o600);
  return {
    path,
    descriptor,
    tail: () => readFileSync(path).subarray(begin).toString('utf8').trim().split('\n').slice(-20).join('\n'),
    close: () => closeSync(descriptor),
  };
}
