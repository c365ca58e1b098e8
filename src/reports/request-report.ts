import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { reports } from '#src/db/schema/reports.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language } from '#src/platform/language.ts';
import type { ReportFormat } from './choose-format.ts';
import { makeReportJob } from './jobs.ts';
import type { ReportKind } from './make-report.ts';
import type { Period } from './period.ts';
import { type Report, requireReader } from './report.ts';

export type ReportRequest = { kind: ReportKind; period: Period; format: ReportFormat; language: Language };

/** Has a report made by a job. Throws `forbidden`. */
export const requestReport = (ctx: OrgContext, { kind, period, format, language }: ReportRequest): Promise<Report> =>
  inTransaction(ctx, async (ctx) => {
    requireReader(ctx, kind);
    const { organizationId, userId } = ctx;
    const days = { fromDay: period.fromDay, toDay: period.toDay };
    const [report] = await ctx.db
      .insert(reports)
      .values({ id: newId(), organizationId, userId, kind, ...days, format, language, createdAt: ctx.clock.now() })
      .returning();
    await ctx.jobs.send(makeReportJob, { reportId: report!.id });
    await recordActivity(ctx, {
      verb: 'reports.request',
      subjectType: 'report',
      subjectId: report!.id,
      details: { kind, ...days, format, language },
    });
    return report!;
  });
