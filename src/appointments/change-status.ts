import { and, eq, gt, inArray, isNull, ne, or, sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appointmentSeries, appointments, occupyingStatuses } from '#src/db/schema/appointments.ts';
import { Problem } from '#src/platform/problem.ts';
import { announceChange } from './announce-change.ts';
import { type Appointment, type AppointmentStatus, type Scope, type Step, transitions } from './appointment.ts';
import { saidOfChange } from './appointment-changes.ts';
import { appointmentConflict, refuseOverlap } from './appointment-conflict.ts';
import { findConflicts } from './find-conflicts.ts';
import { lockCalendars } from './lock-calendars.ts';
import { requireAppointment } from './queries.ts';
import { endBefore } from './recurrence.ts';

export type StepInput = {
  reason?: string | null | undefined;
  /** Of the appointments of a series, those that are still to come. */
  scope?: Scope | undefined;
  /** The customer himself, by the link that he was sent. */
  byCustomer?: boolean | undefined;
};

/**
 * One step from one status to another, as `transitions` allow: else `conflict`. Who is there already stays, and nothing is written. What
 * takes its consultant's time again by it needs that time to be free still.
 */
export const changeStatus = (ctx: OrgContext, id: string, step: Step, input: StepInput = {}): Promise<void> =>
  refuseOverlap(
    inTransaction(ctx, async (ctx) => {
      const seen = await requireAppointment(ctx, id);
      await lockCalendars(ctx, [seen.consultantId]);
      const before = await requireAppointment(ctx, id, true);
      const { scope = 'this' } = input;
      const wide = before.seriesId !== null && scope !== 'this';
      if (!wide && before.status === transitions[step].to) return;
      requireStep(ctx, before, step);
      if (isFree(before.status) && !isFree(transitions[step].to)) await requireTime(ctx, before);
      const changed = await writeStatus(ctx, before, step, input);
      if (wide) await followSeries(ctx, before, step, scope);
      await announceChange(ctx, {
        verb: `appointments.${step}`,
        event: transitions[step].to as Exclude<AppointmentStatus, 'requested'>,
        appointments: changed.sort((a, b) => Number(b.id === id) - Number(a.id === id)),
        scope: wide ? scope : undefined,
        changes: saidOfChange(before, changed.find((row) => row.id === id) ?? before),
        details: { ...(input.reason && { reason: input.reason }), ...(input.byCustomer && { byCustomer: true }) },
      });
    }),
  );

const isFree = (status: AppointmentStatus) => !(occupyingStatuses as readonly string[]).includes(status);

function requireStep(ctx: OrgContext, before: Appointment, step: Step): void {
  const { from, to, begun } = transitions[step];
  const there = before.status === to;
  if (!there && !from.includes(before.status))
    throw new Problem('conflict', {
      detail: {
        en: `Not possible for an appointment that is ${before.status}`,
        tr: `Bu durumdaki bir randevu için yapılamaz: ${before.status}`,
      },
      members: { appointmentStatus: before.status },
    });
  if (begun && before.startsAt > ctx.clock.now())
    throw new Problem('conflict', {
      detail: { en: 'The appointment has not begun yet', tr: 'Randevu henüz başlamadı' },
      members: { appointmentStatus: before.status },
    });
}

async function requireTime(ctx: OrgContext, appointment: Appointment): Promise<void> {
  const conflicts = await findConflicts(ctx, [appointment]);
  if (conflicts.length === 0) return;
  throw await appointmentConflict(ctx, conflicts, {
    ...appointment,
    occurrences: [appointment],
    ids: [appointment.id],
  });
}

async function writeStatus(ctx: OrgContext, before: Appointment, step: Step, input: StepInput): Promise<Appointment[]> {
  const now = ctx.clock.now();
  const { to, from } = transitions[step];
  const by = input.byCustomer
    ? ({ type: 'customer', id: before.customerId } as const)
    : ({ type: ctx.actor.type, id: ctx.userId } as const);
  const approval =
    to === 'approved'
      ? { approvedAt: now, approvedByType: by.type, approvedById: by.id }
      : isFree(to)
        ? { approvedAt: null, approvedByType: null, approvedById: null }
        : {};
  const others = step === 'approve' ? (['requested'] as const) : from;
  return ctx.db
    .update(appointments)
    .set({
      ...approval,
      status: to,
      statusReason: input.reason || null,
      statusChangedAt: now,
      statusByType: by.type,
      statusById: by.id,
      updatedAt: now,
      version: sql`${appointments.version} + 1`,
    })
    .where(
      and(
        eq(appointments.organizationId, ctx.organizationId),
        isNull(appointments.deletedAt),
        or(
          and(eq(appointments.id, before.id), inArray(appointments.status, from)),
          and(within(ctx, before, input.scope), inArray(appointments.status, [...others])),
        ),
      ),
    )
    .returning();
}

/** The other occurrences that the scope is about: those still to come. */
function within(ctx: OrgContext, { id, seriesId, occurrenceAt }: Appointment, scope: Scope = 'this') {
  if (seriesId === null || scope === 'this') return sql`false`;
  return and(
    eq(appointments.seriesId, seriesId),
    ne(appointments.id, id),
    gt(appointments.startsAt, ctx.clock.now()),
    scope === 'all' ? undefined : gt(appointments.occurrenceAt, occurrenceAt!),
  );
}

/** A series that was called off grows no more; one that was agreed to need not be asked about again. */
async function followSeries(ctx: OrgContext, before: Appointment, step: Step, scope: Scope): Promise<void> {
  const now = ctx.clock.now();
  const is = eq(appointmentSeries.id, before.seriesId!);
  if (step === 'approve')
    await ctx.db.update(appointmentSeries).set({ requiresApproval: false, updatedAt: now }).where(is);
  if (step === 'cancel' || step === 'decline') await endSeries(ctx, before, scope);
}

/** No occurrence is booked any more: from this one on, or at all. */
export async function endSeries(ctx: OrgContext, { seriesId, occurrenceAt }: Appointment, scope: Scope): Promise<void> {
  const now = ctx.clock.now();
  const is = eq(appointmentSeries.id, seriesId!);
  const [series] = await ctx.db.select().from(appointmentSeries).where(is).for('no key update');
  if (!series) return;
  const end = scope === 'all' ? new Date(Math.min(now.getTime(), occurrenceAt!.getTime())) : occurrenceAt!;
  const rrule = endBefore(series.rrule, end);
  await ctx.db.update(appointmentSeries).set({ rrule, endedAt: now, updatedAt: now }).where(is);
}
