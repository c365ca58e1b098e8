import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const sinks = { smtp: 'mail-sink.ts', http: 'hook-sink.ts' };

/** A server that takes everything at once, as a process of its own. */
export async function startSinkProcess(
  protocol: keyof typeof sinks = 'smtp',
): Promise<AsyncDisposable & { url: string }> {
  const main = fileURLToPath(new URL(sinks[protocol], import.meta.url));
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = () => child.kill('SIGTERM');
  process.on('exit', end);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(String(line).trim()));
    child.once('exit', () => reject(new Error('the sink ended')));
  });
  return {
    url: `${protocol}://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      end();
      await ended;
      process.off('exit', end);
    },
  };
}
