import type { OrgContext } from '#src/context.ts';
import { announceChange } from './announce-change.ts';
import { type Appointment, addMinutes, type OccurrenceField, type Scope } from './appointment.ts';
import {
  applyChanges,
  approvalAfter,
  type Changes,
  differences,
  type Fields,
  isTold,
  needsRoom,
  pick,
  requireVersion,
  saidOfChange,
  take,
} from './appointment-changes.ts';
import { appointmentConflict } from './appointment-conflict.ts';
import { findConflicts, type Wanted } from './find-conflicts.ts';
import { insertAppointments } from './insert-appointments.ts';
import { type Layout, laySeries } from './lay-series.ts';
import { type LockedSeries, lockSeries } from './lock-series.ts';
import { writeOccurrences, writeSeries, writeSkipped } from './write-series.ts';

type SeriesInput = Changes & { scope: Scope; recurrence?: string | undefined; version?: number | undefined };

/** An occurrence as it becomes. */
export type Occurrence = Appointment & { moved: boolean };

/**
 * Edits what is still to come of a series, from one occurrence on or all of it. What had been edited of one alone stays as it is, but for
 * the one that was asked about. From one on, the series is cut in two.
 */
export async function changeSeries(ctx: OrgContext, seen: Appointment, input: SeriesInput): Promise<void> {
  const locked = await lockSeries(ctx, seen, input.scope, input.consultantId ?? null);
  const before = locked.open.find((row) => row.id === seen.id)!;
  requireVersion(before, input.version);
  const { recurrence, scope } = input;
  const { after, changed } = applyChanges(before, input);
  if (changed.length === 0 && recurrence === undefined) return;
  const following = scope === 'this-and-following';
  const layout = laySeries(ctx, locked, { before, after, changed, recurrence, following });
  const staying = locked.rows.filter((row) => !layout.dropped.includes(row));
  const edited = new Set(locked.open.map((row) => row.id));
  const seriesId = await writeSeries(ctx, locked, layout, { after, changed, reminders: input.reminders });
  const occurrences = staying.map((row) => {
    const moved = { ...row, seriesId, occurrenceAt: layout.place(row.occurrenceAt!) };
    return edited.has(row.id) ? edit(ctx, moved, { after, changed, layout, asked: row.id === before.id }) : keep(moved);
  });
  const dropped = await writeOccurrences(ctx, [], layout.dropped);
  await requireRoom(ctx, locked, occurrences, { layout, after, customerId: before.customerId });
  const rows = await writeOccurrences(ctx, occurrences);
  await writeSkipped(ctx, locked, layout, { seriesId, afresh: recurrence !== undefined });
  const added = await insertAppointments(ctx, { ...after, customerId: before.customerId, seriesId }, layout.added);
  const order = (list: Appointment[]) => list.sort((a, b) => Number(b.id === before.id) - Number(a.id === before.id));
  await announceChange(ctx, {
    verb: changed.includes('time') || recurrence !== undefined ? 'appointments.move' : 'appointments.change',
    event: needsRoom(changed) || recurrence !== undefined ? 'moved' : 'changed',
    appointments: [...order(rows.filter((row) => edited.has(row.id))), ...added],
    scope,
    changed: [...changed, ...(recurrence === undefined ? [] : ['recurrence'])],
    changes: saidOfChange(before, rows.find((row) => row.id === before.id) ?? before),
  });
  if (dropped.length > 0)
    await announceChange(ctx, { verb: 'appointments.delete', event: 'deleted', appointments: dropped, scope });
}

const keep = (row: Appointment): Occurrence => ({ ...row, moved: false });

type EditOf = { after: Fields; changed: OccurrenceField[]; layout: Layout; asked: boolean };

function edit(ctx: OrgContext, row: Appointment, { after, changed, layout, asked }: EditOf): Occurrence {
  const names = asked ? changed : changed.filter((field) => !row.overrides.includes(field));
  const fields = take(pick(row), after, names);
  if (names.includes('time')) {
    fields.startsAt = row.occurrenceAt!;
    fields.endsAt = addMinutes(fields.startsAt, layout.durationMinutes);
  }
  const different: OccurrenceField[] = differences(pick(row), fields);
  if (names.includes('reminders')) different.push('reminders');
  const approval = approvalAfter(row, fields, different);
  const stepped = approval.status !== undefined && approval.status !== row.status;
  const now = ctx.clock.now();
  return {
    ...row,
    ...fields,
    ...approval,
    ...(stepped && { statusChangedAt: now, statusByType: ctx.actor.type, statusById: ctx.userId, statusReason: null }),
    overrides: asked ? row.overrides.filter((field) => !changed.includes(field as OccurrenceField)) : row.overrides,
    version: row.version + (isTold(different) || stepped ? 1 : 0),
    updatedAt: now,
    moved: needsRoom(different),
  };
}

type Room = { layout: Layout; after: Fields; customerId: string };

async function requireRoom(
  ctx: OrgContext,
  { series }: LockedSeries,
  occurrences: Occurrence[],
  { layout, after, customerId }: Room,
): Promise<void> {
  const { consultantId, bufferMinutes } = after;
  const moved: Wanted[] = occurrences.filter(
    (row) => row.moved && ['requested', 'approved', 'done'].includes(row.status),
  );
  const added = layout.added.map((span) => ({ ...span, consultantId, bufferMinutes, customerId }));
  const wanted = [...moved, ...added].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  const conflicts = await findConflicts(ctx, wanted);
  if (conflicts.length === 0) return;
  const ids = moved.flatMap(({ id }) => id ?? []);
  const timeZone = series.timeZone;
  throw await appointmentConflict(ctx, conflicts, { consultantId, bufferMinutes, timeZone, occurrences: wanted, ids });
}
