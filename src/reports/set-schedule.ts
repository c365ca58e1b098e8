import { eq, sql } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { reportSchedules } from '#src/db/schema/reports.ts';
import { readSettings } from '#src/windows/queries.ts';
import { requireReader } from './report.ts';
import { monthBefore, type Schedule } from './schedule.ts';

/**
 * Whether the caller gets last month's report by mail on the first of each month, from the next one on. One that is on and stays on loses
 * no month. Throws `forbidden`.
 */
export const setSchedule = (
  ctx: OrgContext,
  { enabled, kind, format }: Pick<Schedule, 'enabled' | 'kind' | 'format'>,
): Promise<Schedule> =>
  inTransaction(ctx, async (ctx) => {
    requireReader(ctx, kind);
    const { organizationId, userId } = ctx;
    const now = ctx.clock.now();
    const lastMonth = monthBefore(now, (await readSettings(ctx)).timeZone);
    const whose = eq(reportSchedules.userId, userId);
    const [before] = await ctx.db.select().from(reportSchedules).where(whose).for('no key update');
    const [schedule] = await ctx.db
      .insert(reportSchedules)
      .values({ userId, organizationId, enabled, kind, format, lastMonth, createdAt: now, updatedAt: now })
      .onConflictDoUpdate({
        target: reportSchedules.userId,
        set: {
          organizationId,
          enabled,
          kind,
          format,
          updatedAt: now,
          lastMonth: sql`case when report_schedules.enabled then report_schedules.last_month
            else greatest(report_schedules.last_month, ${lastMonth}) end`,
        },
      })
      .returning();
    await recordActivity(ctx, {
      verb: 'reports.schedule',
      subjectType: 'user',
      subjectId: userId,
      details: { enabled, kind, format },
      changes: changesOf(before ?? {}, schedule!, ['enabled', 'kind', 'format']),
    });
    return schedule!;
  });
