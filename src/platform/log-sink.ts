import { setTimeout as sleep } from 'node:timers/promises';

/** Lines on their way to where they are kept. */
export type LogSink = {
  /** From this level on (pino's numbers). */
  level: number;
  /** One line as it was written. Never waits and never throws; may be left out. */
  take(line: string, level: number): void;
  /** What is logged in `work` is not kept: it tells of the keeping itself. */
  aside(work: () => void): void;
  /** Has waiting lines and those to come kept, a batch at a time. */
  start(keeper: LogKeeper): void;
  /** Keeps what waits, as far as that goes in a few seconds. */
  close(): Promise<void>;
};

export type LogKeeper = {
  /** Throws when the lines should be brought again. */
  keep(lines: string[]): Promise<unknown>;
  /** Lines were left out since this was told last. */
  onDropped(count: number): void;
  /** Keeping has failed, for the first time in a row. */
  onTrouble(error: unknown): void;
};

const defaults = {
  mostLines: 10_000,
  mostChars: 16 * 1024 * 1024,
  batchLines: 500,
  batchChars: 1024 * 1024,
  everyMs: 500,
  retryMs: 1_000,
  mostRetryMs: 30_000,
  closeMs: 3_000,
};

/** What is kept free for warnings and errors. */
const RESERVED = 0.1;
const WARN = 40;

/** A bounded queue in memory. When it is full, lines are left out and counted: the usual ones first. */
export function createLogSink(level: number, options: Partial<typeof defaults> = {}): LogSink {
  return new Sink(level, { ...defaults, ...options });
}

class Sink implements LogSink {
  readonly level: number;
  readonly #options: typeof defaults;
  #lines: string[] = [];
  #chars = 0;
  #dropped = 0;
  #muted = false;
  #failures = 0;
  #keeper: LogKeeper | null = null;
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #closed = false;

  constructor(level: number, options: typeof defaults) {
    this.level = level;
    this.#options = options;
  }

  take(line: string, level: number): void {
    if (this.#muted || this.#closed || level < this.level) return;
    const { mostLines, mostChars, batchLines } = this.#options;
    const room = level >= WARN ? 1 : 1 - RESERVED;
    if (this.#lines.length >= mostLines * room || this.#chars + line.length > mostChars * room) {
      this.#dropped++;
      return;
    }
    this.#lines.push(line);
    this.#chars += line.length;
    if (this.#failures === 0 && this.#lines.length === batchLines) this.#wake(0);
    else this.#wake(this.#options.everyMs);
  }

  aside(work: () => void): void {
    this.#muted = true;
    try {
      work();
    } finally {
      this.#muted = false;
    }
  }

  start(keeper: LogKeeper): void {
    this.#keeper = keeper;
    this.#wake(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer ?? undefined);
    const end = performance.now() + this.#options.closeMs;
    const late = sleep(this.#options.closeMs, undefined, { ref: false });
    await Promise.race([this.#flushing, late]);
    while (this.#keeper && this.#lines.length > 0 && performance.now() < end) {
      await Promise.race([this.#flush(), late]);
      if (this.#failures > 0) break;
    }
    this.#dropped += this.#lines.length;
    this.#lines = [];
    this.#tellDropped();
  }

  /** Sooner, if a look is planned for later already. */
  #wake(ms: number): void {
    if (!this.#keeper || this.#flushing || this.#closed) return;
    if (this.#timer && ms > 0) return;
    clearTimeout(this.#timer ?? undefined);
    this.#timer = setTimeout(() => void this.#flush(), ms).unref();
  }

  #flush(): Promise<void> {
    this.#timer = null;
    this.#flushing ??= this.#keepBatch().finally(() => {
      this.#flushing = null;
      const { batchLines, everyMs, retryMs, mostRetryMs } = this.#options;
      if (this.#failures > 0) this.#wake(Math.min(mostRetryMs, retryMs * 2 ** (this.#failures - 1)));
      else if (this.#lines.length > 0) this.#wake(this.#lines.length >= batchLines ? 0 : everyMs);
    });
    return this.#flushing;
  }

  async #keepBatch(): Promise<void> {
    const batch = this.#nextBatch();
    if (batch.length === 0) return;
    try {
      await this.#keeper!.keep(batch);
      this.#failures = 0;
      this.#lines.splice(0, batch.length);
      this.#chars -= batch.reduce((sum, line) => sum + line.length, 0);
    } catch (error) {
      if (this.#failures++ === 0) this.aside(() => this.#keeper!.onTrouble(error));
    }
    this.#tellDropped();
  }

  #nextBatch(): string[] {
    let chars = 0;
    let count = 0;
    for (const line of this.#lines) {
      chars += line.length;
      if (count > 0 && (count === this.#options.batchLines || chars > this.#options.batchChars)) break;
      count++;
    }
    return this.#lines.slice(0, count);
  }

  #tellDropped(): void {
    const count = this.#dropped;
    this.#dropped = 0;
    if (count > 0) this.#keeper?.onDropped(count);
  }
}
