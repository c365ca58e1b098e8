import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface ReceivedWebhook {
  at: number;
  path: string;
  headers: IncomingHttpHeaders;
  answered: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies of many shapes
  body: any;
}

/**
 * Records what it gets. By path: /fail/2/x answers 500 twice and then 200, /status/401 always 401,
 * /slow/300 answers after 300 ms, /file/x is a PNG; everything else is a 200.
 */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: ReceivedWebhook[] = [];
  url = '';
  #server: Server;
  #failed = new Map<string, number>();

  constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const path = request.url ?? '';
      if (path.startsWith('/file/')) {
        response.end(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
        return;
      }
      const slow = /^\/slow\/(\d+)/.exec(path);
      const answered = this.#statusFor(path);
      const text = Buffer.concat(chunks).toString();
      const body = text ? JSON.parse(text) : undefined;
      this.received.push({ at: Date.now(), path, headers: request.headers, answered, body });
      if (slow) await pause(Number(slow[1]));
      response.writeHead(answered).end();
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}`;
    return receiver;
  }

  #statusFor(path: string): number {
    const fixed = /^\/status\/(\d+)/.exec(path);
    if (fixed) return Number(fixed[1]);
    const failing = /^\/fail\/(\d+)/.exec(path);
    if (!failing) return 200;
    const times = (this.#failed.get(path) ?? 0) + 1;
    this.#failed.set(path, times);
    return times > Number(failing[1]) ? 200 : 500;
  }

  ofEvent(event: string): ReceivedWebhook[] {
    return this.received.filter(({ body }) => body?.event === event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Waits until the condition holds, at most three seconds; throws what it was waiting for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 3_000; Date.now() < end; ) {
    if (await condition()) return;
    await pause(5);
  }
  throw new Error(`never happened: ${what}`);
}
