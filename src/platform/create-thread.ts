import { Worker } from 'node:worker_threads';
import { Problem } from './problem.ts';

/** What a thread is asked, and answers. */
export type Order<Task> = { id: number; task: Task };
export type Delivery<Result> = { id: number; result: Result } | { id: number; failure: string };

/** Does work that keeps the processor busy, while the process goes on answering. */
export type Thread<Task, Result> = {
  /** Throws `unavailable` while too many wait, and when it takes too long or too much memory. */
  run(task: Task): Promise<Result>;
  /** Ends it; it begins again when it is asked. */
  close(): Promise<void>;
};

export type ThreadTerms = {
  /** What it runs: a file that calls `answerOrders`. */
  file: URL;
  /** Of what its failures speak. */
  name: string;
  mostWaiting: number;
  mostHeapMb: number;
  /** For one task; then the thread is ended, and the task with it. */
  patienceMs: number;
};

type Waiting<Task, Result> = { order: Order<Task>; resolve(result: Result): void; reject(error: unknown): void };
type Ears<Result> = { onDelivery(delivery: Delivery<Result>): unknown; onEnd(cause: unknown): unknown };

/** A thread that nobody needs goes, with the memory that its libraries take. */
const IDLE_MS = 30_000;

function start<Result>({ file, name, mostHeapMb }: ThreadTerms, { onDelivery, onEnd }: Ears<Result>): Worker {
  const made = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: mostHeapMb } });
  made.on('message', onDelivery);
  made.on('error', onEnd);
  made.on('exit', () => onEnd(new Error(`the thread of ${name} ended`)));
  return made;
}

function hand<Result>(
  { resolve, reject }: Waiting<unknown, Result>,
  delivery: Delivery<Result>,
  { name }: ThreadTerms,
): void {
  if ('result' in delivery) resolve(delivery.result);
  else reject(new Error(`${name}: ${delivery.failure}`));
}

/** One thread, begun with the first task; they are done one at a time, which bounds the memory. Idle, it does not keep the process. */
export function createThread<Task, Result>(terms: ThreadTerms): Thread<Task, Result> {
  const queue: Waiting<Task, Result>[] = [];
  let thread: Worker | null = null;
  let current: Waiting<Task, Result> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let count = 0;

  const drop = async (): Promise<void> => {
    const ended = thread;
    thread = null;
    await ended?.terminate();
  };
  const settle = (settled: (one: Waiting<Task, Result>) => void): void => {
    const one = current;
    current = null;
    clearTimeout(timer);
    if (one) settled(one);
    next();
  };
  const fail = (cause: unknown): void => {
    void drop();
    settle(({ reject }) => reject(new Problem('unavailable', { cause })));
  };
  const begin = (): Worker => {
    const made: Worker = start<Result>(terms, {
      onDelivery: (delivery) => delivery.id === current?.order.id && settle((one) => hand(one, delivery, terms)),
      onEnd: (cause) => made === thread && fail(cause),
    });
    return made;
  };
  const next = (): void => {
    if (current) return;
    current = queue.shift() ?? null;
    if (!current) {
      thread?.unref();
      timer = setTimeout(() => void drop(), IDLE_MS).unref();
      return;
    }
    thread ??= begin();
    thread.ref();
    timer = setTimeout(() => fail(new Error(`${terms.name} took too long`)), terms.patienceMs).unref();
    thread.postMessage(current.order);
  };
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        if (queue.length >= terms.mostWaiting) return reject(new Problem('unavailable'));
        queue.push({ order: { id: ++count, task }, resolve, reject });
        if (!current) clearTimeout(timer);
        next();
      }),
    async close() {
      for (const { reject } of queue.splice(0)) reject(new Problem('unavailable'));
      await drop();
      settle(({ reject }) => reject(new Problem('unavailable')));
      clearTimeout(timer);
    },
  };
}
