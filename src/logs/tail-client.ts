import { createMatcher, type LogFilter } from './log-filter.ts';
import type { LogPosition, LogRow } from './queries.ts';
import { presentLine } from './schemas.ts';

export type TailClientOptions = { mostWaiting: number; heartbeatMs: number; streamMs: number };

const RETRY_MS = 3000;
const encoder = new TextEncoder();

/** One who follows the log. Whoever lets too many lines pile up is told so, and his stream ends: nothing more is kept for him. */
export class TailClient {
  readonly userId: string;
  readonly last: LogPosition | null;
  readonly stream: ReadableStream<Uint8Array>;
  readonly #matches: ReturnType<typeof createMatcher>;
  readonly #mostWaiting: number;
  readonly #onClose: (client: TailClient) => void;
  readonly #timers: NodeJS.Timeout[];
  #waiting: string[] = [];
  #filled: (() => void) | null = null;
  #closed = false;

  constructor(
    { userId, filter, last }: { userId: string; filter: LogFilter; last: LogPosition | null },
    options: TailClientOptions,
    onClose: (client: TailClient) => void,
  ) {
    this.userId = userId;
    this.last = last;
    this.#matches = createMatcher(filter);
    this.#mostWaiting = options.mostWaiting;
    this.#onClose = onClose;
    this.#timers = [
      setInterval(() => this.#waiting.length === 0 && this.#put(': heartbeat\n\n'), options.heartbeatMs).unref(),
      setTimeout(() => this.end('over'), options.streamMs).unref(),
    ];
    this.stream = new ReadableStream({ pull: (to) => this.#pull(to), cancel: () => this.end() }, { highWaterMark: 0 });
  }

  get closed(): boolean {
    return this.#closed;
  }

  begin(position: LogPosition): void {
    this.#put(`id: ${formatPosition(position)}\nretry: ${RETRY_MS}\n\n`);
  }

  send(row: LogRow): void {
    if (this.#closed || !this.#matches(row)) return;
    if (this.#waiting.length >= this.#mostWaiting) this.end('too-slow');
    else this.#put(`id: ${formatPosition(row)}\nevent: line\ndata: ${JSON.stringify(presentLine(row))}\n\n`);
  }

  /** With a reason, it is the last that is said. */
  end(reason?: 'too-slow' | 'over'): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    if (reason === 'too-slow') this.#waiting = [];
    if (reason) this.#waiting.push(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
    else this.#waiting = [];
    this.#onClose(this);
    this.#filled?.();
  }

  #put(text: string): void {
    if (this.#closed) return;
    this.#waiting.push(text);
    this.#filled?.();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#waiting.length === 0 && !this.#closed)
      await new Promise<void>((resolve) => {
        this.#filled = resolve;
      });
    this.#filled = null;
    if (this.#waiting.length > 0) controller.enqueue(encoder.encode(this.#waiting.splice(0).join('')));
    if (this.#closed) controller.close();
  }
}

const formatPosition = ({ xid, id }: LogPosition): string => `${xid}-${id}`;

/** Null for what is no position of ours. */
export function parsePosition(text: string | null): LogPosition | null {
  const [, xid, id] = /^(\d{1,15})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text ?? '') ?? [];
  return xid && id ? { xid: Number(xid), id } : null;
}
