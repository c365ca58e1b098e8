import { createHash } from 'node:crypto';
import { tooLarge } from './read-request.ts';

/** What tells two requests with one Idempotency-Key apart. */
export type RequestHash = {
  /** Of what is known before the body is read. */
  early: string;
  /** Of everything that was sent; null until all of it was read. */
  whole(): string | null;
  /** The same, of a body that nobody reads. */
  readWhole(): Promise<string>;
};

/** Of a query, and a body that is there already. */
export function hashOf(query: unknown, text: string): RequestHash {
  const early = digest(JSON.stringify([query, text]));
  return { early, whole: () => early, readWhole: async () => early };
}

/** Of a query, and a body that is hashed while it is read from the request given back: its type, and its bytes without the boundary, which every try draws anew. */
export function hashStream(query: unknown, request: Request, limitBytes: number) {
  const [type = '', ...parameters] = (request.headers.get('content-type') ?? '').split(';');
  const early = digest(JSON.stringify([query, type.trim().toLowerCase()]));
  const hash = createHash('sha256').update(early);
  const boundary = /boundary="?([^";]+)/i.exec(parameters.join(';'))?.[1]?.trim();
  const add = boundary ? withoutBoundary(Buffer.from(boundary), (bytes) => hash.update(bytes)) : plainly(hash);
  let whole: string | null = request.body ? null : digest(early);
  const passing = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      add(chunk);
      controller.enqueue(chunk);
    },
    flush() {
      add(null);
      whole = hash.digest('hex');
    },
  });
  const body = request.body?.pipeThrough(passing) ?? null;
  const readWhole = async () => {
    let size = 0;
    for await (const chunk of body ?? []) {
      size += chunk.length;
      if (size > limitBytes) throw tooLarge(limitBytes);
    }
    return whole!;
  };
  const hashed = body ? new Request(request, { body, duplex: 'half' } as RequestInit) : request;
  return { request: hashed, hash: { early, whole: () => whole, readWhole } satisfies RequestHash };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

type Add = (chunk: Uint8Array | null) => void;

const plainly =
  (hash: { update(bytes: Uint8Array): unknown }): Add =>
  (chunk) => {
    if (chunk) hash.update(chunk);
  };

/** Takes the bytes in any pieces and hands them on with a mark in place of every `boundary`; null ends them. */
function withoutBoundary(boundary: Buffer, handOn: (bytes: Uint8Array) => void): Add {
  let kept: Uint8Array = Buffer.alloc(0);
  return (chunk) => {
    let rest = Buffer.concat([kept, chunk ?? Buffer.alloc(0)]);
    for (let at = rest.indexOf(boundary); at >= 0; at = rest.indexOf(boundary)) {
      handOn(rest.subarray(0, at));
      handOn(MARK);
      rest = rest.subarray(at + boundary.length);
    }
    const end = chunk ? Math.max(0, rest.length - boundary.length + 1) : rest.length;
    handOn(rest.subarray(0, end));
    kept = rest.subarray(end);
  };
}

const MARK = Buffer.from('\0boundary\0');
