import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: what is in it is what the test is about to say
type Json = any;
export type SesCall = { method: string; path: string; headers: IncomingMessage['headers']; body: Json };
/** What is answered: JSON, an error as AWS names it, or nothing at all. */
export type SesAnswer = { body: Json } | { error: string; message?: string; status?: number } | 'hang' | 'cut';

/** Speaks as SES v2 does over HTTP (its REST-JSON), for the real SDK; the test says what. */
export async function startSesStandIn(answer: (call: SesCall) => SesAnswer) {
  const calls: SesCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    const call = { method, path: decodeURIComponent(url), headers, body: text ? JSON.parse(text) : null };
    calls.push(call);
    reply(response, answer(call));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    /** Connections that are open now. */
    connections: () =>
      new Promise<number>((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(response: ServerResponse, answer: SesAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'cut') return void response.socket?.destroy();
  const head = { 'content-type': 'application/json', 'x-amzn-requestid': 'request-1' };
  if ('body' in answer) return void response.writeHead(200, head).end(JSON.stringify(answer.body));
  response
    .writeHead(answer.status ?? 400, { ...head, 'x-amzn-errortype': answer.error })
    .end(JSON.stringify({ message: answer.message ?? 'no' }));
}
