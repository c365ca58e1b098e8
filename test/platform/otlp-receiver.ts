import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SentSpan = { name: string; traceId: string; spanId: string; parentId: string; text: string };

type Field = { number: number; bytes: Buffer };

/** The fields of a protobuf message that hold bytes: texts and other messages. */
function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = key & 7;
    if (kind === 0) varint();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else {
      const length = varint();
      fields.push({ number: key >>> 3, bytes: bytes.subarray(at, at + length) });
      at += length;
    }
  }
  return fields;
}

const all = (bytes: Buffer, number: number) =>
  fieldsOf(bytes)
    .filter((field) => field.number === number)
    .map((field) => field.bytes);

/** ExportTraceServiceRequest → ResourceSpans (1) → ScopeSpans (2) → Span (2). */
const spansIn = (body: Buffer): SentSpan[] =>
  all(body, 1)
    .flatMap((resource) => all(resource, 2))
    .flatMap((scope) => all(scope, 2))
    .map((span) => {
      const hex = (number: number) => all(span, number)[0]?.toString('hex') ?? '';
      const name = all(span, 5)[0]!.toString();
      return { name, traceId: hex(1), spanId: hex(2), parentId: hex(4), text: span.toString('latin1') };
    });

/** A collector that takes spans by OTLP over HTTP. */
export async function openOtlpReceiver() {
  const spans: SentSpan[] = [];
  const headers: string[] = [];
  let bodies = '';
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    headers.push(`${request.url} ${request.headers['x-team']} ${request.headers['content-type']}`);
    bodies += body.toString('latin1');
    spans.push(...spansIn(body));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    text: () => bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
