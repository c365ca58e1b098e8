import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction, type OrgContext } from '#src/context.ts';
import { appointments } from '#src/db/schema/appointments.ts';
import { answerState } from './answer-state.ts';
import type { AppointmentToken } from './appointment-token.ts';
import { changeStatus } from './change-status.ts';
import { followChanges } from './follow-changes.ts';
import { lockCalendars } from './lock-calendars.ts';
import { occurrencesOf } from './occurrences-of.ts';
import { offeredTimes } from './offered-times.ts';
import { requireAppointment } from './queries.ts';
import type { Appointment, AppointmentFacts } from './read-appointment-facts.ts';

export type Answer =
  /** `all`: what stands for the dates of its series that he has seen, and means. */
  | { kind: 'approve' | 'decline'; all: string | null }
  /** After he has agreed: of a yes and a no at once only one counts. */
  | { kind: 'cancel' }
  | { kind: 'another-time'; startsAt: Date | null; note: string | null };
/** `stays`: it could not be answered so as it is now, and nothing has happened. */
export type Answered = 'done' | 'stays' | 'nothing' | 'taken';

/** The same as long as the same dates are asked about. */
export const seenOf = (dates: Appointment[]): string =>
  createHash('sha256')
    .update(JSON.stringify(dates.map(({ id, startsAt }) => [id, startsAt.getTime()])))
    .digest('hex')
    .slice(0, 16);

/** For whom a customer's answer is carried out: nobody of ours does it. */
export const actForCustomer = (ctx: AppContext, { appointment, consultant, owner }: AppointmentFacts): OrgContext => {
  const { organizationId, customerId } = appointment;
  return actFor(ctx, { organizationId, userId: consultant?.id ?? owner?.id ?? customerId }, 'webhook');
};

/**
 * A customer's own word about his appointment, by his link. Only as it was when the link was sent and until it begins; of answers at the same
 * moment the first counts, and one that is given twice is given once.
 */
export const answerAppointment = (
  app: AppContext,
  facts: AppointmentFacts,
  token: AppointmentToken,
  answer: Answer,
): Promise<Answered> => {
  const ctx = actForCustomer(app, facts);
  return inTransaction(ctx, async (ctx) => {
    const { id, consultantId } = facts.appointment;
    await lockCalendars(ctx, [consultantId]);
    const appointment = await requireAppointment(ctx, id, true);
    const state = answerState(appointment, token.edition, ctx.clock.now());
    if (state !== 'ask' && state !== 'approved') return 'stays';
    if (answer.kind === 'another-time') return propose(ctx, appointment, answer);
    if ((answer.kind === 'cancel') !== (state === 'approved')) return 'stays';
    if (answer.kind === 'cancel') await changeStatus(ctx, id, 'cancel', { byCustomer: true });
    return answer.kind === 'cancel' ? 'done' : decide(ctx, appointment, answer);
  });
};

type Decision = { kind: 'approve' | 'decline'; all: string | null };

async function decide(ctx: OrgContext, appointment: Appointment, { kind, all }: Decision): Promise<Answered> {
  if (all !== null && all !== seenOf(await occurrencesOf(ctx, appointment, { wholeSeries: true }))) return 'stays';
  await ctx.db
    .update(appointments)
    .set({ proposedStartAt: null, proposedEndAt: null, proposedNote: null, proposedAt: null })
    .where(eq(appointments.id, appointment.id));
  await changeStatus(ctx, appointment.id, kind, { byCustomer: true, ...(all !== null && { scope: 'all' }) });
  return 'done';
}

type Wish = { startsAt: Date | null; note: string | null };

async function propose(ctx: OrgContext, appointment: Appointment, { startsAt, note }: Wish): Promise<Answered> {
  if (startsAt === null && note === null) return 'nothing';
  if (startsAt !== null && !(await isOffered(ctx, appointment, startsAt))) return 'taken';
  const same = (a: Date | null, b: Date | null) => a?.getTime() === b?.getTime();
  if (appointment.proposedAt && same(appointment.proposedStartAt, startsAt) && appointment.proposedNote === note)
    return 'done';
  const length = appointment.endsAt.getTime() - appointment.startsAt.getTime();
  const now = ctx.clock.now();
  const [row] = await ctx.db
    .update(appointments)
    .set({
      proposedStartAt: startsAt,
      proposedEndAt: startsAt && new Date(startsAt.getTime() + length),
      proposedNote: note,
      proposedAt: now,
      updatedAt: now,
    })
    .where(eq(appointments.id, appointment.id))
    .returning();
  await recordActivity(ctx, {
    verb: 'appointments.propose-time',
    subjectType: 'appointment',
    subjectId: appointment.id,
    details: { byCustomer: true, customerId: appointment.customerId, startsAt: startsAt?.toISOString() ?? null },
  });
  await followChanges(ctx, [{ appointment: row!, news: 'time-proposed' }]);
  return 'done';
}

const isOffered = async (ctx: OrgContext, appointment: Appointment, startsAt: Date): Promise<boolean> =>
  (await offeredTimes(ctx, appointment)).some((slot) => slot.startsAt.getTime() === startsAt.getTime());
