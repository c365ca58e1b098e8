import type { ReportDocument } from './document.ts';
import { renderCsv } from './render-csv.ts';
import { renderPdf } from './render-pdf.ts';
import { renderXlsx } from './render-xlsx.ts';

export type FileFormat = 'csv' | 'xlsx' | 'pdf';

/** The report as a file. What draws it is loaded with the first one. */
export async function renderReport(report: ReportDocument, format: FileFormat): Promise<Uint8Array> {
  if (format === 'csv') return new TextEncoder().encode(renderCsv(report));
  return format === 'pdf' ? renderPdf(report) : renderXlsx(report);
}
