import { createThread } from '#src/platform/create-thread.ts';
import type { ReportDocument } from './document.ts';
import type { FileFormat } from './render-report.ts';
import type { Drawing } from './render-thread.ts';

/** Draws reports in a thread of its own, so that the process goes on answering meanwhile. */
export type ReportRenderer = {
  /** Throws `unavailable` while too many wait. */
  render(report: ReportDocument, format: FileFormat): Promise<Uint8Array>;
  close(): Promise<void>;
};

export function createReportRenderer(): ReportRenderer {
  const thread = createThread<Drawing, Uint8Array>({
    file: new URL('./render-thread.ts', import.meta.url),
    name: 'the drawing of a report',
    mostWaiting: 20,
    mostHeapMb: 384,
    patienceMs: 60_000,
  });
  return { render: (report, format) => thread.run({ report, format }), close: () => thread.close() };
}
