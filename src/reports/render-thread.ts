import { answerOrders } from '#src/platform/answer-orders.ts';
import type { ReportDocument } from './document.ts';
import { type FileFormat, renderReport } from './render-report.ts';

export type Drawing = { report: ReportDocument; format: FileFormat };

answerOrders(({ report, format }: Drawing) => renderReport(report, format));
