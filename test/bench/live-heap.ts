import type { Process } from '#test/support/processes.ts';

/** Has a process of ours listen for its inspector, on a port of the system's choice. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** In megabytes, after a full collection: what is held, not what has not been swept yet. */
export type LiveMemory = { heap: number; buffers: number; resident: number };

const MB = 1024 * 1024;

/** Collects the garbage of a process started with `INSPECTED` and says what is left. */
export async function readLiveMemory(process: Process): Promise<LiveMemory> {
  const [url] = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(process.output()) ?? [];
  if (!url) throw new Error('The process has no inspector');
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  try {
    await ask(socket, 1, 'HeapProfiler.collectGarbage');
    const expression = 'JSON.stringify(process.memoryUsage())';
    const answer = await ask(socket, 2, 'Runtime.evaluate', { expression, returnByValue: true });
    const { heapUsed, external, rss } = JSON.parse(String(answer.result?.value)) as NodeJS.MemoryUsage;
    return { heap: heapUsed / MB, buffers: external / MB, resident: rss / MB };
  } finally {
    socket.close();
  }
}

type Answer = { result?: { value?: unknown } };

function ask(socket: WebSocket, id: number, method: string, params: object = {}): Promise<Answer> {
  const answered = new Promise<Answer>((resolve) => {
    const read = ({ data }: MessageEvent) => {
      const message = JSON.parse(String(data)) as { id?: number; result?: Answer };
      if (message.id !== id) return;
      socket.removeEventListener('message', read);
      resolve(message.result ?? {});
    };
    socket.addEventListener('message', read);
  });
  socket.send(JSON.stringify({ id, method, params }));
  return answered;
}
