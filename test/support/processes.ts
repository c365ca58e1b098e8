import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledMain } from './bundled-main.ts';

/** Workers are started by the dozen: what one has compiled, the next ones need not. */
export const COMPILED = join(tmpdir(), 'ulak-compiled');
const SOURCE = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export type Process = AsyncDisposable & {
  pid: number;
  /** Everything it has printed so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>;
};

/**
 * Starts Ulak as a process of its own and waits until it says that it runs. Rejects with its output if it ends before.
 * @param onOutput called with all of the output and the process whenever there is more.
 */
export const startProcess = async (env: Record<string, string>, onOutput?: Watch): Promise<Process> =>
  start(await bundledMain(), env, onOutput);

/** The same from the sources, as a user starts it. */
export const startFromSource = (env: Record<string, string>): Promise<Process> => start(SOURCE, env);

type Watch = (output: string, child: ChildProcess) => void;

async function start(main: string, env: Record<string, string>, onOutput: Watch = () => {}): Promise<Process> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal!)),
  );
  const ready = new Promise<void>((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      onOutput(output, child);
      if (/Ulak (is ready|works)/.test(output)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  const first = await Promise.race([ready.then(() => 'ready' as const), ended]);
  if (first !== 'ready') throw new Error(`ended with ${first}: ${output}`);
  return describe(child, ended, () => output);
}

const describe = (child: ChildProcess, ended: Promise<number | string>, output: () => string): Process => ({
  pid: child.pid!,
  output,
  kill: (signal) => child.kill(signal),
  ended,
  async [Symbol.asyncDispose]() {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  },
});

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks every 100 ms until the answer is not false; throws after `seconds`. */
export async function until<T>(what: string, ask: () => Promise<T | false>, seconds = 60): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
