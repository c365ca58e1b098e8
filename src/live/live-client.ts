import { formatPosition, type Position } from './position.ts';
import type { Listener, LiveRow } from './queries.ts';

const RETRY_MS = 3000;
const encoder = new TextEncoder();

export type LiveClientOptions = { mostWaiting: number; heartbeatMs: number; streamMs: number };

/**
 * One listener's stream. Events wait here until he takes them; whoever lets too many pile up is cut off, and resumes
 * by Last-Event-ID when he comes back.
 */
export class LiveClient {
  readonly listener: Listener;
  readonly stream: ReadableStream<Uint8Array>;
  readonly #mostWaiting: number;
  readonly #onClose: (client: LiveClient) => void;
  readonly #timers: NodeJS.Timeout[];
  readonly #waiting: string[] = [];
  #filled: (() => void) | null = null;
  #emptied: (() => void) | null = null;
  #closed = false;

  constructor(listener: Listener, options: LiveClientOptions, onClose: (client: LiveClient) => void) {
    this.listener = listener;
    this.#mostWaiting = options.mostWaiting;
    this.#onClose = onClose;
    this.#timers = [
      setInterval(() => this.#beat(), options.heartbeatMs).unref(),
      setTimeout(() => this.close(), options.streamMs).unref(),
    ];
    const source = {
      pull: (to: ReadableStreamDefaultController<Uint8Array>) => this.#pull(to),
      cancel: () => this.close(),
    };
    this.stream = new ReadableStream(source, { highWaterMark: 0 });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Tells him where the stream begins, so that he can resume even before the first event. */
  begin(position: Position): void {
    this.#put(`id: ${formatPosition(position)}\nretry: ${RETRY_MS}\n\n`);
  }

  send({ xid, id, type, data }: LiveRow): void {
    this.#put(`id: ${formatPosition({ xid, id })}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Resolves when he has taken everything, or is gone. */
  async emptied(): Promise<void> {
    if (this.#waiting.length === 0 || this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#waiting.length = 0;
    this.#onClose(this);
    this.#filled?.();
    this.#emptied?.();
  }

  /** A sign of life is only of use to someone who has nothing else to read. */
  #beat(): void {
    if (this.#waiting.length === 0) this.#put(': heartbeat\n\n');
  }

  #put(text: string): void {
    if (this.#closed) return;
    if (this.#waiting.length >= this.#mostWaiting) {
      this.close();
      return;
    }
    this.#waiting.push(text);
    this.#filled?.();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#waiting.length === 0 && !this.#closed)
      await new Promise<void>((resolve) => {
        this.#filled = resolve;
      });
    this.#filled = null;
    if (this.#closed) return controller.close();
    controller.enqueue(encoder.encode(this.#waiting.splice(0).join('')));
    this.#emptied?.();
    this.#emptied = null;
  }
}
