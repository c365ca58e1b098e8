import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: what is in it is what the test is about to say
type Json = any;
export type HttpCall = { method: string; path: string; headers: IncomingMessage['headers']; body: Json };
/** What is answered; `hang`: nothing at all; `cut`: the connection ends. */
export type HttpAnswer =
  | { status?: number; body: Json; headers?: Record<string, string> }
  | { status?: number; raw: string }
  | 'hang'
  | 'cut';

/** A carrier's HTTP side; the test says what it answers. */
export async function startHttpStandIn(answer: (call: HttpCall) => HttpAnswer) {
  const calls: HttpCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    const call = { method, path: url, headers, body: text ? JSON.parse(text) : null };
    calls.push(call);
    const reply = answer(call);
    if (reply === 'hang') return;
    if (reply === 'cut') return void response.socket?.destroy();
    if ('raw' in reply)
      return void response.writeHead(reply.status ?? 200, { 'content-type': 'text/html' }).end(reply.raw);
    const head = { 'content-type': 'application/json', ...reply.headers };
    response.writeHead(reply.status ?? 200, head).end(JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
