import { ConfigError } from './config.ts';
import { BeltRefused } from './db/apply-belt.ts';
import { DataDirectoryInUse } from './platform/embedded/owner-lock.ts';

type SystemError = Error & { code?: string; syscall?: string; address?: string; port?: number; path?: string };

/** Why it does not start, in one line, when that lies with the machine or its configuration; null when it does not. */
export function explainRefusal(error: unknown): string | null {
  if (error instanceof ConfigError || error instanceof DataDirectoryInUse || error instanceof BeltRefused)
    return error.message;
  if (!(error instanceof Error)) return null;
  const { code, syscall, port, address, path } = error as SystemError;
  if (syscall === 'listen')
    return code === 'EADDRINUSE'
      ? `PORT: ${port} is taken`
      : `PORT, HOST: cannot listen at ${address}:${port} (${code})`;
  if (syscall === 'mkdir') return `DATA_DIR: ${path} cannot be made a directory (${code})`;
  return null;
}
