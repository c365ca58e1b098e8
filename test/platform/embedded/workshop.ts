import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { processStart } from '#src/platform/embedded/process-start.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '#src/platform/embedded/start-embedded-postgres.ts';

export type Said = { url: string; directory: string; adopted: boolean; refused?: string; lines: string[] };
export type Owner = { said: Said; child: ChildProcess; pid: number; kill(): Promise<void>; done(): Promise<void> };
export type Workshop = Awaited<ReturnType<typeof openWorkshop>>;

const SETTINGS = { fsync: 'off', shared_buffers: '16MB', max_connections: '20' };

const OWNER = join(import.meta.dirname, 'owner.ts');

export const isRoot = process.geteuid?.() === 0;

/** A directory to work in; closing it ends every server and process started through it. */
export async function openWorkshop() {
  const root = await mkdtemp(join(tmpdir(), 'ulak-embedded-'));
  await chmod(root, 0o755);
  const undo: (() => Promise<unknown>)[] = [];
  return {
    root,
    dataDir: join(root, 'data'),
    undo: (step: () => Promise<unknown>) => undo.push(step),
    async start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
      const server = await startEmbeddedPostgres({ dataDir: join(root, 'data'), settings: SETTINGS, ...options });
      undo.push(async () => {
        await server.stop();
        await removeElsewhere(server.directory, root);
      });
      return server;
    },
    async own(dataDir = join(root, 'data'), ending = 'stay', options: OwnOptions = {}): Promise<Owner> {
      const owner = await spawnOwner(dataDir, ending, options);
      undo.push(async () => {
        await owner.kill();
        await endServer(owner.said.directory);
      });
      return owner;
    },
    begin(dataDir: string) {
      const child = spawnProgram([OWNER, dataDir]);
      undo.push(() => killHard(child));
      return { child, kill: () => killHard(child) };
    },
    async close() {
      for (const step of undo.reverse()) await step();
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

type OwnOptions = SpawnOptions & { program?: string };

async function spawnOwner(dataDir: string, ending: string, { program, ...options }: OwnOptions): Promise<Owner> {
  const child = spawnProgram([program ?? OWNER, dataDir, ending], options);
  const said = JSON.parse(await firstLine(child)) as Said;
  return { said, child, pid: child.pid!, kill: () => killHard(child), done: () => ended(child) };
}

/** The server of a killed owner runs on: it is asked to end. */
async function endServer(directory: string | undefined): Promise<void> {
  if (directory === undefined || !existsSync(join(directory, 'cluster/postmaster.pid'))) return;
  const pid = postmasterPid(directory);
  if (processStart(pid) === undefined) return;
  process.kill(pid, 'SIGINT');
  await until(() => processStart(pid) === undefined);
}

async function removeElsewhere(directory: string, root: string): Promise<void> {
  if (directory.startsWith(root)) return;
  await rm(directory, { recursive: true, force: true });
  await rmdir(dirname(directory)).catch(() => undefined);
}

export function spawnProgram(args: string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', ...args], { stdio: ['ignore', 'pipe', 'inherit'], ...options });
}

export async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('The process ended without a word.');
}

export async function killHard(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended(child);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

export function postmasterPid(directory: string): number {
  return Number(readFileSync(join(directory, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]);
}

export async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

export async function until(happened: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !happened(); ) {
    if (Date.now() > deadline) throw new Error('It did not happen.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
