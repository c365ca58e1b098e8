import { and, asc, eq, gt, gte, or, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { appointmentSeries, appointments, skippedOccurrences } from '#src/db/schema/appointments.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Appointment, Scope, Series, Skipped } from './appointment.ts';
import { lockCalendars } from './lock-calendars.ts';

export type LockedSeries = {
  series: Series;
  /** The first occurrence that an edit is about; everything below is at or after it. */
  pivot: Date;
  /** Those that are over or taken away included. */
  rows: Appointment[];
  /** Those of them that are edited: the one that was asked about, and those still to come. */
  open: Appointment[];
  skipped: Skipped[];
};

/** Locks the calendars that a series is in, the series, and the part of it that an edit is about. */
export async function lockSeries(
  ctx: OrgContext,
  seen: Appointment,
  scope: Scope,
  consultantId: string | null,
): Promise<LockedSeries> {
  const [id, now] = [seen.seriesId!, ctx.clock.now()];
  const consultants = await ctx.db
    .selectDistinct({ id: appointments.consultantId })
    .from(appointments)
    .where(eq(appointments.seriesId, id));
  const locked = [...consultants.map((consultant) => consultant.id), consultantId];
  await lockCalendars(ctx, locked);
  const [series] = await ctx.db
    .select()
    .from(appointmentSeries)
    .where(eq(appointmentSeries.id, id))
    .for('no key update');
  const pivot = await findPivot(ctx, seen, scope);
  const rows = await ctx.db
    .select()
    .from(appointments)
    .where(and(eq(appointments.seriesId, id), gte(appointments.occurrenceAt, pivot)))
    .orderBy(asc(appointments.occurrenceAt))
    .for('no key update');
  const skipped = await ctx.db
    .select()
    .from(skippedOccurrences)
    .where(and(eq(skippedOccurrences.seriesId, id), gte(skippedOccurrences.occurrenceAt, pivot)));
  const isOpen = (row: Appointment) =>
    row.deletedAt === null &&
    (row.id === seen.id || (row.startsAt > now && ['requested', 'approved'].includes(row.status)));
  const open = rows.filter(isOpen);
  if (!series || !open.some((row) => row.id === seen.id) || rows.some((row) => !locked.includes(row.consultantId)))
    throw new Problem('conflict', {
      detail: { en: 'It was changed at the same moment; try again', tr: 'Aynı anda değiştirildi; yeniden deneyin' },
    });
  return { series, pivot, rows, open, skipped };
}

async function findPivot(ctx: OrgContext, seen: Appointment, scope: Scope): Promise<Date> {
  if (scope !== 'all') return seen.occurrenceAt!;
  const [row] = await ctx.db
    .select({ first: sql<string>`min(${appointments.occurrenceAt})` })
    .from(appointments)
    .where(
      and(
        eq(appointments.seriesId, seen.seriesId!),
        or(eq(appointments.id, seen.id), gt(appointments.startsAt, ctx.clock.now())),
      ),
    );
  return new Date(row!.first);
}
