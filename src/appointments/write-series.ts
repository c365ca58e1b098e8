import { and, eq, gte, inArray, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import {
  appointmentReminders,
  appointmentSeries,
  appointments,
  skippedOccurrences,
} from '#src/db/schema/appointments.ts';
import { newId } from '#src/platform/ids.ts';
import { type Appointment, addMinutes, type OccurrenceField, type Reminder, type Series } from './appointment.ts';
import type { Fields } from './appointment-changes.ts';
import type { Occurrence } from './change-series.ts';
import { insertReminders } from './insert-appointments.ts';
import type { Layout } from './lay-series.ts';
import type { LockedSeries } from './lock-series.ts';
import { endBefore } from './recurrence.ts';
import { formatWall } from './wall-clock.ts';

type SeriesEdit = { after: Fields; changed: OccurrenceField[]; reminders: Reminder[] | undefined };

/** The series as it goes on: the same, or a new one from the pivot on, the old one being over before it. */
export async function writeSeries(
  ctx: OrgContext,
  { series, pivot }: LockedSeries,
  layout: Layout,
  { after, changed, reminders }: SeriesEdit,
): Promise<string> {
  const now = ctx.clock.now();
  const of = <K extends keyof Fields & keyof Series>(field: OccurrenceField, column: K) =>
    changed.includes(field) ? after[column] : series[column];
  const values = {
    consultantId: of('consultant', 'consultantId') as string | null,
    title: of('title', 'title') as string,
    place: of('place', 'place') as string | null,
    link: of('link', 'link') as string | null,
    note: of('note', 'note') as string | null,
    bufferMinutes: of('buffer', 'bufferMinutes') as number,
    requiresApproval: of('approval', 'requiresApproval') as boolean,
    rrule: layout.rule,
    localStart: formatWall(layout.wall),
    durationMinutes: layout.durationMinutes,
    timeZone: layout.timeZone,
    expandedUntilAt: layout.expandedUntilAt,
    endedAt: layout.ended ? (series.endedAt ?? now) : null,
    updatedAt: now,
  };
  const is = eq(appointmentSeries.id, series.id);
  if (!layout.splits) {
    await ctx.db.update(appointmentSeries).set(values).where(is);
    if (reminders) await replaceReminders(ctx, series.id, reminders);
    return series.id;
  }
  const id = newId();
  await ctx.db.insert(appointmentSeries).values({ ...series, ...values, id, splitFromId: series.id, createdAt: now });
  const rrule = endBefore(series.rrule, pivot);
  await ctx.db.update(appointmentSeries).set({ rrule, endedAt: now, updatedAt: now }).where(is);
  await insertReminders(ctx, { seriesId: id }, reminders ?? (await readReminders(ctx, series.id)));
  return id;
}

async function replaceReminders(ctx: OrgContext, seriesId: string, reminders: Reminder[]): Promise<void> {
  await ctx.db.delete(appointmentReminders).where(eq(appointmentReminders.seriesId, seriesId));
  await insertReminders(ctx, { seriesId }, reminders);
}

const readReminders = (ctx: OrgContext, seriesId: string): Promise<Reminder[]> => {
  const { channel, minutesBefore, templateId, language } = appointmentReminders;
  return ctx.db
    .select({ channel, minutesBefore, templateId, language })
    .from(appointmentReminders)
    .where(eq(appointmentReminders.seriesId, seriesId));
};

/** All of them in one statement, so that they may take each other's places; those that are dropped are taken away. */
export async function writeOccurrences(
  ctx: OrgContext,
  rows: Occurrence[],
  dropped: Appointment[] = [],
): Promise<Appointment[]> {
  const now = ctx.clock.now();
  if (dropped.length > 0)
    return ctx.db
      .update(appointments)
      .set({ deletedAt: now, updatedAt: now, version: sql`${appointments.version} + 1` })
      .where(
        inArray(
          appointments.id,
          dropped.map(({ id }) => id),
        ),
      )
      .returning();
  if (rows.length === 0) return [];
  const records = rows.map((row) =>
    Object.fromEntries(written.map(([name, , property]) => [name, row[property as keyof Occurrence]])),
  );
  const shape = sql.raw(written.map(([name, type]) => `${name} ${type}`).join(', '));
  const set = sql.raw(written.map(([name]) => `${name} = w.${name}`).join(', '));
  await ctx.db.execute(sql`
    update appointments a set ${set}
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as w(${shape}) where a.id = w.id`);
  const ids = rows.map(({ id }) => id);
  return ctx.db.select().from(appointments).where(inArray(appointments.id, ids)).orderBy(appointments.occurrenceAt);
}

const written: [name: string, type: string, property: keyof Appointment][] = [
  ['id', 'uuid', 'id'],
  ['series_id', 'uuid', 'seriesId'],
  ['occurrence_at', 'timestamptz', 'occurrenceAt'],
  ['overrides', 'text[]', 'overrides'],
  ['consultant_id', 'uuid', 'consultantId'],
  ['title', 'text', 'title'],
  ['place', 'text', 'place'],
  ['link', 'text', 'link'],
  ['note', 'text', 'note'],
  ['starts_at', 'timestamptz', 'startsAt'],
  ['ends_at', 'timestamptz', 'endsAt'],
  ['time_zone', 'text', 'timeZone'],
  ['buffer_minutes', 'smallint', 'bufferMinutes'],
  ['status', 'text', 'status'],
  ['status_reason', 'text', 'statusReason'],
  ['status_changed_at', 'timestamptz', 'statusChangedAt'],
  ['status_by_type', 'text', 'statusByType'],
  ['status_by_id', 'text', 'statusById'],
  ['requires_approval', 'boolean', 'requiresApproval'],
  ['approved_at', 'timestamptz', 'approvedAt'],
  ['approved_by_type', 'text', 'approvedByType'],
  ['approved_by_id', 'text', 'approvedById'],
  ['proposed_start_at', 'timestamptz', 'proposedStartAt'],
  ['proposed_end_at', 'timestamptz', 'proposedEndAt'],
  ['proposed_note', 'text', 'proposedNote'],
  ['proposed_at', 'timestamptz', 'proposedAt'],
  ['version', 'integer', 'version'],
  ['updated_at', 'timestamptz', 'updatedAt'],
];

/** What could not be booked goes along; by another rule it is forgotten, its times having been looked at again. */
export async function writeSkipped(
  ctx: OrgContext,
  { series, pivot, skipped }: LockedSeries,
  { place, durationMinutes }: Layout,
  { seriesId, afresh }: { seriesId: string; afresh: boolean },
): Promise<void> {
  if (skipped.length === 0) return;
  await ctx.db
    .delete(skippedOccurrences)
    .where(and(eq(skippedOccurrences.seriesId, series.id), gte(skippedOccurrences.occurrenceAt, pivot)));
  if (afresh) return;
  const rows = skipped.map((row) => {
    const startsAt = place(row.occurrenceAt);
    return { ...row, seriesId, occurrenceAt: startsAt, startsAt, endsAt: addMinutes(startsAt, durationMinutes) };
  });
  await ctx.db.insert(skippedOccurrences).values(rows);
}
