import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('mail-sink.ts', import.meta.url));

/** An SMTP server that takes every mail at once, as a process of its own. */
export async function startSinkProcess(): Promise<AsyncDisposable & { url: string }> {
  const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = () => child.kill('SIGTERM');
  process.on('exit', end);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(String(line).trim()));
    child.once('exit', () => reject(new Error('the sink ended')));
  });
  return {
    url: `smtp://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      end();
      await ended;
      process.off('exit', end);
    },
  };
}
