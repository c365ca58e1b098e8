import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { type Postmaster, readPidFile } from './postmaster.ts';
import { processStart } from './process-start.ts';
import { spawnOptionsFor } from './run-as.ts';
import { openServerLog, type ServerLog } from './server-log.ts';
import type { ServerUser } from './server-user.ts';

const START_PATIENCE_MS = 10 * 60_000;
const ATTEMPTS = 40;

/** For two cores and a busy queue; what was acknowledged is on disk (fsync and synchronous_commit stay on). */
const SETTINGS: Record<string, string> = {
  shared_buffers: '256MB',
  max_connections: '200',
  effective_cache_size: '1GB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

type Input = {
  cluster: string;
  binaries: Binaries;
  user: ServerUser | undefined;
  logFile: string;
  settings: Record<string, string>;
  log: (line: string) => void;
};

/**
 * Starts the server on a free port of 127.0.0.1 and returns once it accepts connections; crash recovery, where needed,
 * is waited for. It leads a session of its own: Ctrl-C in our terminal reaches us, not the database we still need.
 */
export async function launchPostmaster(input: Input): Promise<Postmaster> {
  for (let attempt = 1; ; attempt += 1) {
    const output = openServerLog(input.logFile);
    try {
      return await launchOnce(input, await findFreePort(), output);
    } catch (error) {
      const said = output.tail();
      const passing = /could not bind|pre-existing shared memory block/.test(said);
      if (!passing || attempt === ATTEMPTS) {
        throw new Error(`PostgreSQL did not start: ${(error as Error).message}. From ${output.path}:\n${said}`);
      }
      await sleep(250);
    } finally {
      output.close();
    }
  }
}

async function launchOnce(input: Input, port: number, output: ServerLog): Promise<Postmaster> {
  const settings = {
    ...SETTINGS,
    ...input.settings,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(input.binaries.postgres, ['-D', input.cluster, ...options], {
    ...spawnOptionsFor(input.user, input.binaries.postgres),
    stdio: ['ignore', output.descriptor, output.descriptor],
    detached: true,
  });
  child.unref();
  const postmaster = await untilReady(child, input.cluster, port);
  child.once('exit', (code, signal) => {
    if (code !== 0)
      input.log(`PostgreSQL ended with ${signal ?? `code ${code}`}; its last words are in ${output.path}.`);
  });
  return postmaster;
}

async function untilReady(child: ChildProcess, cluster: string, port: number): Promise<Postmaster> {
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended ??= `it ended with ${signal ?? `code ${code}`}`;
  });
  for (let waited = 0; waited < START_PATIENCE_MS; waited += 20) {
    await sleep(20);
    if (ended !== undefined) throw new Error(ended);
    const file = readPidFile(cluster);
    const start = processStart(child.pid ?? 0);
    if (file?.pid === child.pid && file?.status === 'ready' && start !== undefined) {
      return { pid: child.pid!, start, port };
    }
  }
  child.kill('SIGQUIT');
  throw new Error('it was not ready in time');
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
