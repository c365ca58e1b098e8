import { changesOf } from './describe-consultants.ts';
import { share } from './document.ts';
import type { MadeReport } from './make-report.ts';
import { lastDayOf } from './period.ts';
import type { LeadFigures } from './read-lead-sources.ts';

/** The report as JSON. */
export function presentReport(report: MadeReport): Record<string, unknown> {
  const { kind, organization, period, madeAt } = report;
  const head = {
    kind,
    organization,
    period: { from: period.fromDay, to: lastDayOf(period), timeZone: period.timeZone },
    generatedAt: madeAt.toISOString(),
  };
  return { ...head, ...figuresOf(report) };
}

function figuresOf(report: MadeReport): Record<string, unknown> {
  if (report.kind === 'monthly') {
    const { figures, previous, buckets, sources, campaigns } = report;
    return {
      figures,
      previous,
      change: changesOf({ figures, previous }),
      buckets,
      customersBySource: sources,
      campaigns,
    };
  }
  if (report.kind === 'consultants') {
    const { consultants, total } = report;
    return {
      consultants: consultants.map(({ userId, name, ...both }) => ({ userId, name, ...both, change: changesOf(both) })),
      total: { ...total, change: changesOf(total) },
    };
  }
  const { sources, others, total } = report;
  return {
    sources: sources.map(({ source, ...counted }) => ({ source, ...rates(counted) })),
    others: others && rates(others),
    total: rates(total),
  };
}

/** Parts of one; null of nobody. */
const rates = (of: LeadFigures) => ({
  ...of,
  contactRate: share(of.contacted, of.customers),
  replyRate: share(of.replied, of.customers),
  appointmentRate: share(of.withAppointment, of.customers),
  conversion: share(of.kept, of.customers),
});
