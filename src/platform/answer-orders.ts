import { parentPort } from 'node:worker_threads';
import type { Delivery, Order } from './create-thread.ts';

/** The thread's own end of `createThread`: one task after the other. */
export function answerOrders<Task, Result>(work: (task: Task) => Promise<Result>): void {
  parentPort?.on('message', async ({ id, task }: Order<Task>) => {
    const tell = (delivery: Delivery<Result>) => parentPort!.postMessage(delivery);
    try {
      tell({ id, result: await work(task) });
    } catch (error) {
      tell({ id, failure: String(error instanceof Error ? error.stack : error) });
    }
  });
}
