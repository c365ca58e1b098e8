import { and, asc, eq, gt, lt } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { members, userSettings, users } from '#src/db/schema/accounts.ts';
import { reportSchedules, reports } from '#src/db/schema/reports.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language } from '#src/platform/language.ts';
import { makeReportJob } from './jobs.ts';
import { monthOf } from './period.ts';
import { monthBefore, monthDue, type Schedule } from './schedule.ts';

type Candidate = Schedule & { timeZone: string; language: Language };

const BATCH = 200;
/** Where a month begins first. */
const FIRST_ZONE = 'Pacific/Kiritimati';

/** Asks for last month's report for everybody whose month has begun and who has not got it: once each, however often this runs. */
export async function askScheduledReports(ctx: AppContext, signal?: AbortSignal): Promise<number> {
  const now = ctx.clock.now();
  let asked = 0;
  let after: string | null = null;
  do {
    signal?.throwIfAborted();
    const batch: Candidate[] = await readCandidates(ctx, monthBefore(now, FIRST_ZONE), after);
    for (const one of batch) {
      const month = monthDue(now, one.timeZone);
      if (month > one.lastMonth && (await ask(ctx, one, month))) asked++;
    }
    after = batch.length === BATCH ? batch.at(-1)!.userId : null;
  } while (after !== null);
  return asked;
}

async function readCandidates(ctx: AppContext, newest: string, after: string | null): Promise<Candidate[]> {
  const rows = await ctx.db
    .select({ schedule: reportSchedules, timeZone: userSettings.timeZone, language: userSettings.locale })
    .from(reportSchedules)
    .innerJoin(users, and(eq(users.id, reportSchedules.userId), eq(users.banned, false)))
    .innerJoin(
      members,
      and(eq(members.userId, reportSchedules.userId), eq(members.organizationId, reportSchedules.organizationId)),
    )
    .innerJoin(userSettings, eq(userSettings.userId, reportSchedules.userId))
    .where(
      and(
        eq(reportSchedules.enabled, true),
        lt(reportSchedules.lastMonth, newest),
        after === null ? undefined : gt(reportSchedules.userId, after),
      ),
    )
    .orderBy(asc(reportSchedules.userId))
    .limit(BATCH);
  return rows.map(({ schedule, ...reader }) => ({ ...schedule, ...reader }));
}

/** The month is taken, the report asked for and its job sent in one transaction. */
function ask(ctx: AppContext, one: Candidate, month: string): Promise<boolean> {
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const taken = await ctx.db
      .update(reportSchedules)
      .set({ lastMonth: month, updatedAt: now })
      .where(
        and(
          eq(reportSchedules.userId, one.userId),
          eq(reportSchedules.enabled, true),
          eq(reportSchedules.lastMonth, one.lastMonth),
        ),
      )
      .returning({ userId: reportSchedules.userId });
    if (taken.length === 0) return false;
    const { organizationId, userId, kind, format, language } = one;
    const { fromDay, toDay } = monthOf(month, 'utc');
    const [added] = await ctx.db
      .insert(reports)
      .values({
        id: newId(),
        organizationId,
        userId,
        kind,
        format,
        language,
        fromDay,
        toDay,
        scheduledMonth: month,
        createdAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: reports.id });
    if (!added) return false;
    await ctx.jobs.send(makeReportJob, { reportId: added.id });
    return true;
  });
}
