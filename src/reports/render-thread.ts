import { parentPort } from 'node:worker_threads';
import type { ReportDocument } from './document.ts';
import { type FileFormat, renderReport } from './render-report.ts';

/** What the thread is asked, and answers. */
export type Order = { id: number; report: ReportDocument; format: FileFormat };
export type Delivery = { id: number; bytes: Uint8Array } | { id: number; failure: string };

// the thread's own end: one report after the other
parentPort?.on('message', async ({ id, report, format }: Order) => {
  try {
    const bytes = await renderReport(report, format);
    parentPort!.postMessage({ id, bytes } satisfies Delivery);
  } catch (error) {
    parentPort!.postMessage({ id, failure: String(error instanceof Error ? error.stack : error) } satisfies Delivery);
  }
});
