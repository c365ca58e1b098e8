import type { OrgContext } from '#src/context.ts';
import type { reportKinds } from '#src/db/schema/reports.ts';
import type { Period } from './period.ts';
import { type ConsultantsReport, readConsultants } from './read-consultants.ts';
import type { ReportGround } from './read-ground.ts';
import { type LeadSourcesReport, readLeadSources } from './read-lead-sources.ts';
import { type MonthlyReport, readMonthly } from './read-monthly.ts';

export type ReportKind = (typeof reportKinds)[number];

type Made = { organization: { id: string; name: string }; period: Period; madeAt: Date };
export type MadeMonthly = Made & { kind: 'monthly' } & MonthlyReport;
export type MadeConsultants = Made & { kind: 'consultants' } & ConsultantsReport;
export type MadeLeadSources = Made & { kind: 'lead-sources' } & LeadSourcesReport;
export type MadeReport = MadeMonthly | MadeConsultants | MadeLeadSources;

/** How many times `onStep` is told. */
export const STEPS: Record<ReportKind, number> = { monthly: 3, consultants: 2, 'lead-sources': 0 };

/** The figures of a report, whichever it is. */
export async function makeReport<K extends ReportKind>(
  ctx: OrgContext,
  kind: K,
  { organization }: Pick<ReportGround, 'organization'>,
  period: Period,
  onStep?: () => Promise<void>,
): Promise<Extract<MadeReport, { kind: K }>> {
  const made = { kind, organization, period, madeAt: ctx.clock.now() };
  const read = () => {
    if (kind === 'monthly') return readMonthly(ctx, period, onStep);
    return kind === 'consultants' ? readConsultants(ctx, period, onStep) : readLeadSources(ctx, period);
  };
  return { ...made, ...(await read()) } as never;
}
