import { eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { requireConsultant } from '#src/customers/require-consultant.ts';
import { appointmentReminders, appointments } from '#src/db/schema/appointments.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { announceChange } from './announce-change.ts';
import type { Appointment, OccurrenceField, Scope } from './appointment.ts';
import {
  applyChanges,
  approvalAfter,
  type Changes,
  type Fields,
  isTold,
  needsRoom,
  requireVersion,
  saidOfChange,
} from './appointment-changes.ts';
import { appointmentConflict, refuseOverlap } from './appointment-conflict.ts';
import { changeSeries } from './change-series.ts';
import { requireTemplates } from './draft-booking.ts';
import { findConflicts } from './find-conflicts.ts';
import { insertReminders } from './insert-appointments.ts';
import { lockCalendars } from './lock-calendars.ts';
import { requireAppointment } from './queries.ts';

export type ChangeInput = Changes & {
  scope?: Scope | undefined;
  /** Of a series: another rule, from the first one that is changed. */
  recurrence?: string | undefined;
  /** Null: what the customer proposed is turned down. */
  proposal?: null | undefined;
  /** Where it is given, that of the appointment as it was read: else `invalid-request`. */
  version?: number | undefined;
};

/**
 * Changes an appointment, or those of its series that `scope` names. Nothing is changed where one of them would get into the way of
 * another: `appointment-conflict` names them all. Moved ones have to be approved again, if they need it.
 */
export const changeAppointment = (ctx: OrgContext, id: string, input: ChangeInput): Promise<void> =>
  refuseOverlap(
    inTransaction(ctx, async (ctx) => {
      const seen = await requireAppointment(ctx, id);
      const { scope = 'this' } = input;
      const wide = seen.seriesId !== null && scope !== 'this';
      if (input.recurrence !== undefined && !wide)
        throw invalid('recurrence', {
          en: 'Only together with the scope `this-and-following` or `all` of a series',
          tr: 'Yalnızca bir dizinin `this-and-following` ya da `all` kapsamıyla',
        });
      await requireConsultant(ctx, input.consultantId);
      await requireTemplates(ctx, input.reminders ?? []);
      if (wide) return changeSeries(ctx, seen, { ...input, scope });
      await lockCalendars(ctx, [seen.consultantId, input.consultantId ?? null]);
      const before = await requireAppointment(ctx, id, true);
      requireSame(seen, before);
      requireVersion(before, input.version);
      await changeOne(ctx, before, input);
    }),
  );

/** Somebody gave it to another consultant between two looks, whose calendar is not locked. */
export function requireSame(seen: Appointment, now: Appointment): void {
  if (seen.consultantId === now.consultantId) return;
  throw new Problem('conflict', {
    detail: { en: 'It was changed at the same moment; try again', tr: 'Aynı anda değiştirildi; yeniden deneyin' },
  });
}

async function changeOne(ctx: OrgContext, before: Appointment, input: ChangeInput): Promise<void> {
  const { after, changed } = applyChanges(before, input);
  const dismissed = input.proposal === null && before.proposedAt !== null;
  if (changed.length === 0 && !dismissed) return;
  if (needsRoom(changed)) await requireRoom(ctx, before, after);
  const row = await write(ctx, before, after, changed, dismissed);
  if (input.reminders) await replaceReminders(ctx, before.id, input.reminders);
  await announceChange(ctx, {
    verb: changed.includes('time') ? 'appointments.move' : 'appointments.change',
    event: changed.includes('time') || changed.includes('consultant') ? 'moved' : 'changed',
    appointments: [row],
    changed: [...changed, ...(dismissed ? ['proposal'] : [])],
    changes: saidOfChange(before, row),
  });
}

async function write(
  ctx: OrgContext,
  before: Appointment,
  after: Fields,
  changed: OccurrenceField[],
  dismissed: boolean,
): Promise<Appointment> {
  const now = ctx.clock.now();
  const approval = approvalAfter(before, after, changed);
  const stepped = approval.status !== undefined && approval.status !== before.status;
  const own = before.seriesId === null ? [] : [...new Set([...before.overrides, ...changed])];
  const [row] = await ctx.db
    .update(appointments)
    .set({
      ...after,
      ...approval,
      ...(stepped && {
        statusChangedAt: now,
        statusByType: ctx.actor.type,
        statusById: ctx.userId,
        statusReason: null,
      }),
      ...(dismissed && { proposedStartAt: null, proposedEndAt: null, proposedNote: null, proposedAt: null }),
      overrides: own,
      version: before.version + (isTold(changed) || stepped ? 1 : 0),
      updatedAt: now,
    })
    .where(eq(appointments.id, before.id))
    .returning();
  return row!;
}

async function requireRoom(ctx: OrgContext, before: Appointment, after: Fields): Promise<void> {
  if (!['requested', 'approved', 'done'].includes(before.status)) return;
  const conflicts = await findConflicts(ctx, [{ ...after, id: before.id, customerId: before.customerId }]);
  if (conflicts.length === 0) return;
  throw await appointmentConflict(ctx, conflicts, { ...after, occurrences: [after], ids: [before.id] });
}

async function replaceReminders(
  ctx: OrgContext,
  appointmentId: string,
  reminders: NonNullable<Changes['reminders']>,
): Promise<void> {
  await ctx.db.delete(appointmentReminders).where(eq(appointmentReminders.appointmentId, appointmentId));
  await insertReminders(ctx, { appointmentId }, reminders);
}
