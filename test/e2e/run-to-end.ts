import { spawn } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { bundledMain } from '#test/support/bundled-main.ts';
import { COMPILED } from '#test/support/processes.ts';

export type Ended = { code: number | string; stdout: string; stderr: string };

/** Runs Ulak as a process of its own until it ends: by itself, or by a SIGTERM as soon as `until` has resolved. */
export async function runToEnd(env: Record<string, string>, until?: Promise<unknown>): Promise<Ended> {
  const child = spawn(process.execPath, [await bundledMain()], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal!)),
  );
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray());
  until?.then(() => child.kill('SIGTERM'));
  const text = async (chunks: Promise<string[]> | undefined) => (await chunks)!.join('');
  return { code: await ended, stdout: await text(stdout), stderr: await text(stderr) };
}

/** The processes that work in `directory` or were started with it (PostgreSQL's too, whose children name it nowhere). */
export async function processesIn(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const place = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return place.startsWith(directory) || command.includes(directory)
        ? [`${pid} ${command.replaceAll('\0', ' ')}`]
        : [];
    }),
  );
  return found.flat();
}
