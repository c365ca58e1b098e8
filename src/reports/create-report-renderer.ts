import { Worker } from 'node:worker_threads';
import { Problem } from '#src/platform/problem.ts';
import type { ReportDocument } from './document.ts';
import type { FileFormat } from './render-report.ts';
import type { Delivery, Order } from './render-thread.ts';

/** Draws reports in a thread of its own, so that the process goes on answering meanwhile. */
export type ReportRenderer = {
  /** Throws `unavailable` while too many wait. */
  render(report: ReportDocument, format: FileFormat): Promise<Uint8Array>;
  close(): Promise<void>;
};

type Waiting = { order: Order; resolve(bytes: Uint8Array): void; reject(error: unknown): void };

const MOST_WAITING = 20;
const MOST_HEAP_MB = 384;
/** Then the thread is ended, and its report with it. */
const PATIENCE_MS = 60_000;
/** A thread that nobody needs goes, with the memory that its libraries take. */
const IDLE_MS = 30_000;

function hand({ resolve, reject }: Waiting, delivery: Delivery): void {
  if ('bytes' in delivery) resolve(delivery.bytes);
  else reject(new Error(`a report could not be drawn: ${delivery.failure}`));
}

type Ears = { onDelivery(delivery: Delivery): unknown; onEnd(error: unknown): unknown };

/** It does not keep the process. */
function startThread({ onDelivery, onEnd }: Ears): Worker {
  const made = new Worker(new URL('./render-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
  });
  made.unref();
  made.on('message', onDelivery);
  made.on('error', onEnd);
  made.on('exit', () => onEnd(new Error('the thread that draws reports ended')));
  return made;
}

/** One thread, begun with the first report; they are drawn one at a time, which bounds the memory. */
export function createReportRenderer(): ReportRenderer {
  const queue: Waiting[] = [];
  let thread: Worker | null = null;
  let current: Waiting | null = null;
  let timer: NodeJS.Timeout | undefined;
  let count = 0;

  const drop = async (): Promise<void> => {
    const ended = thread;
    thread = null;
    await ended?.terminate();
  };
  const settle = (settled: (one: Waiting) => void): void => {
    const one = current;
    current = null;
    clearTimeout(timer);
    if (one) settled(one);
    next();
  };
  const fail = (error: unknown): void => {
    void drop();
    settle(({ reject }) => reject(error));
  };
  const begin = (): Worker => {
    const made: Worker = startThread({
      onDelivery: (delivery) => delivery.id === current?.order.id && settle((one) => hand(one, delivery)),
      onEnd: (error) => made === thread && fail(error),
    });
    return made;
  };
  const next = (): void => {
    if (current) return;
    current = queue.shift() ?? null;
    if (!current) {
      timer = setTimeout(() => void drop(), IDLE_MS).unref();
      return;
    }
    thread ??= begin();
    timer = setTimeout(() => fail(new Error('a report took too long to be drawn')), PATIENCE_MS).unref();
    thread.postMessage(current.order);
  };
  return {
    render: (report, format) =>
      new Promise((resolve, reject) => {
        if (queue.length >= MOST_WAITING) return reject(new Problem('unavailable'));
        queue.push({ order: { id: ++count, report, format }, resolve, reject });
        if (!current) clearTimeout(timer);
        next();
      }),
    async close() {
      clearTimeout(timer);
      for (const { reject } of queue.splice(0)) reject(new Problem('unavailable'));
      await drop();
    },
  };
}
