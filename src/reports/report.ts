import type { OrgContext } from '#src/context.ts';
import type { reports } from '#src/db/schema/reports.ts';
import { Problem } from '#src/platform/problem.ts';
import type { ReportKind } from './make-report.ts';

export type Report = typeof reports.$inferSelect;

/** So long its file is kept. */
export const KEPT_DAYS = 30;
export const DAY_MS = 86_400_000;

export const mimeTypes = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
} as const;

/** What an organization does as a whole is its owner's to see; of the comparison everybody has his own line. Throws `forbidden`. */
export function requireReader(ctx: Pick<OrgContext, 'role'>, kind: ReportKind): void {
  if (ctx.role === 'owner' || kind === 'consultants') return;
  throw new Problem('forbidden', {
    detail: {
      en: 'Only an owner of the organization sees this report',
      tr: 'Bu raporu yalnızca firmanın sahibi görebilir',
    },
  });
}

const names = {
  monthly: { en: 'performance', tr: 'performans' },
  consultants: { en: 'consultants', tr: 'danismanlar' },
  'lead-sources': { en: 'lead-sources', tr: 'musteri-kaynaklari' },
} as const;

/** `performans-2026-10.pdf` */
export const fileNameOf = (kind: ReportKind, label: string, format: string, language: 'tr' | 'en'): string =>
  `${names[kind][language]}-${label}.${format}`;
