import type { OrgContext } from '#src/context.ts';
import type { Language } from '#src/platform/language.ts';
import { readSettings } from '#src/windows/queries.ts';
import { chooseFormat, type ReportFormat } from './choose-format.ts';
import type { ReportRenderer } from './create-report-renderer.ts';
import { describeReport } from './describe-report.ts';
import type { MadeReport } from './make-report.ts';
import { labelOf } from './period.ts';
import { fileNameOf, mimeTypes } from './report.ts';

type Asked = { format?: ReportFormat | undefined; language?: Language | undefined };

/** The language that was named, that of the Accept-Language header, or the caller's own. */
export async function languageOf(ctx: OrgContext, request: Request, asked: Language | undefined): Promise<Language> {
  if (asked) return asked;
  return request.headers.has('accept-language') ? ctx.language : (await readSettings(ctx)).locale;
}

/** The report as a file; null: as JSON, which is the route's own to answer. The format is looked at before anything is counted. */
export async function answerReport(
  ctx: OrgContext,
  renderer: ReportRenderer,
  request: Request,
  asked: Asked,
  make: () => Promise<MadeReport>,
): Promise<{ made: MadeReport; file: Response | null }> {
  const format = chooseFormat(request.headers.get('accept'), asked.format);
  const made = await make();
  if (format === 'json') return { made, file: null };
  const language = await languageOf(ctx, request, asked.language);
  const bytes = await renderer.render(describeReport(made, language), format);
  const name = fileNameOf(made.kind, labelOf(made.period), format, language);
  return { made, file: answerBytes(bytes, format, name) };
}

export const fileHeaders = (format: ReportFormat, name: string): Record<string, string> => ({
  'Content-Type': mimeTypes[format],
  'Content-Disposition': `attachment; filename="${name}"`,
  'Cache-Control': 'private, no-store',
  'X-Content-Type-Options': 'nosniff',
  Vary: 'Accept, Accept-Language',
});

const answerBytes = (bytes: Uint8Array, format: ReportFormat, name: string): Response =>
  new Response(Buffer.from(bytes), {
    headers: { ...fileHeaders(format, name), 'Content-Length': String(bytes.length) },
  });
