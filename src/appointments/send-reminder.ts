import { and, eq, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { appointmentReminderSends } from '#src/db/schema/appointments.ts';
import { publishLiveEvents } from '#src/live/publish-live-events.ts';
import { isOutage } from '#src/platform/is-outage.ts';
import { appointmentEvent } from './appointment-event.ts';
import { Hindered } from './choose-sender.ts';
import type { HandedOver } from './hand-over.ts';
import { reminderTime } from './plan-reminders.ts';
import { type AppointmentFacts, readAppointmentFacts } from './read-appointment-facts.ts';
import { remindBy } from './remind-by.ts';

export type ReminderSend = typeof appointmentReminderSends.$inferSelect;
type Due = { sendId: string; appointmentId: string };

/** What stands in the way for a while is looked at again after so long. */
const AGAIN_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
const LATE_MS = 3 * MINUTE_MS;
/** With less than that left, or half of what was wished, a reminder is of no use. */
const LEAST_MINUTES = 5;

const sends = appointmentReminderSends;

/**
 * Hands one reminder over, in one transaction with the message that carries it: it goes out once or not at all. One that cannot says why; what
 * may pass (no number connected, no credit) is tried again while it is of use.
 */
export async function sendReminder(ctx: AppContext, due: Due): Promise<void> {
  try {
    await inTransaction(ctx, (ctx) => handOver(ctx, due));
  } catch (error) {
    if (error instanceof Hindered) return hold(ctx, due, error);
    if (isOutage(error)) throw error;
    ctx.log.error({ err: error, reminderId: due.sendId }, 'a reminder could not be handed over');
    await settle(ctx, due.sendId, 'failed', 'internal');
  }
}

/** The appointment is locked before what hangs on it, as by whoever changes it. */
async function handOver(ctx: AppContext, { sendId, appointmentId }: Due): Promise<void> {
  const facts = await readAppointmentFacts(ctx, appointmentId, { lock: true });
  const [send] = await ctx.db
    .select()
    .from(sends)
    .where(and(eq(sends.id, sendId), eq(sends.status, 'planned')))
    .for('update', { skipLocked: true });
  if (!send) return;
  const obstacle = obstacleOf(ctx.clock.now(), send, facts);
  if (obstacle) return settle(ctx, sendId, 'dropped', obstacle);
  if (isLate(ctx.clock.now(), send)) {
    if (await isSuperseded(ctx, send)) return settle(ctx, sendId, 'dropped', 'superseded');
    if (await waitForMorning(ctx, send, facts!)) return;
  }
  const handed: HandedOver = await remindBy[send.channel](ctx, facts!, send);
  await ctx.db
    .update(sends)
    .set({ status: 'sent', reason: null, settledAt: ctx.clock.now(), ...handed })
    .where(eq(sends.id, sendId));
  const { channel, minutesBefore } = send;
  const more = { by: 'job', reminderId: sendId, channel, minutesBefore };
  await publishLiveEvents(ctx, [appointmentEvent(facts!.appointment, 'reminded', more)]);
}

function obstacleOf(
  now: Date,
  { version, minutesBefore }: ReminderSend,
  facts: AppointmentFacts | null,
): string | null {
  if (!facts) return 'deleted';
  const { appointment } = facts;
  if (appointment.version !== version) return 'changed';
  if (appointment.status !== 'approved') return appointment.status;
  return appointment.startsAt.getTime() - now.getTime() < leastMs(minutesBefore) ? 'too-late' : null;
}

/** Workers were down, or something stood in its way: what was planned with care has to be thought over. */
const isLate = (now: Date, { dueAt, reason }: ReminderSend): boolean =>
  now.getTime() - dueAt.getTime() > LATE_MS || (reason !== null && reason !== 'quiet-hours');

const leastMs = (minutesBefore: number): number => Math.min(LEAST_MINUTES, minutesBefore / 2) * MINUTE_MS;

/** After a long stop of all workers several may be due at once: the nearest to the appointment stands for all. */
async function isSuperseded(
  ctx: AppContext,
  { appointmentId, version, channel, minutesBefore }: ReminderSend,
): Promise<boolean> {
  const [nearer] = await ctx.db.execute(sql`
    select from appointment_reminder_sends where appointment_id = ${appointmentId} and version = ${version} and channel = ${channel}
      and minutes_before < ${minutesBefore} and status in ('planned', 'sent') and due_at <= ${ctx.clock.now().toISOString()}::timestamptz limit 1`);
  return nearer !== undefined;
}

/** It was planned for the day, but became late: nobody is woken by it. True: it waits, or is not sent any more. */
async function waitForMorning(
  ctx: AppContext,
  { id, minutesBefore }: ReminderSend,
  { appointment }: AppointmentFacts,
): Promise<boolean> {
  const now = ctx.clock.now();
  const { startsAt, timeZone, organizationId } = appointment;
  const instant = sql`${now.toISOString()}::timestamptz`;
  const [time] = await ctx.db.execute<{ due_at: string; quiet: boolean }>(
    reminderTime(
      instant,
      sql`${startsAt.toISOString()}::timestamptz`,
      sql`0`,
      sql`${timeZone}::text`,
      sql`${organizationId}::uuid`,
    ),
  );
  if (!time!.quiet) return false;
  const dueAt = new Date(time!.due_at);
  if (dueAt <= now || startsAt.getTime() - dueAt.getTime() < leastMs(minutesBefore))
    await settle(ctx, id, 'skipped', 'quiet-hours');
  else await ctx.db.update(sends).set({ dueAt, reason: 'quiet-hours' }).where(eq(sends.id, id));
  return true;
}

/** What is in its way now. */
async function hold(ctx: AppContext, { sendId, appointmentId }: Due, { reason, passing }: Hindered): Promise<void> {
  const facts = passing ? await readAppointmentFacts(ctx, appointmentId) : null;
  const again = new Date(ctx.clock.now().getTime() + AGAIN_MS);
  const [send] = await ctx.db.select().from(sends).where(eq(sends.id, sendId));
  if (!facts || !send || facts.appointment.startsAt.getTime() - again.getTime() < leastMs(send.minutesBefore))
    return settle(ctx, sendId, 'skipped', reason);
  await ctx.db
    .update(sends)
    .set({ dueAt: again, reason })
    .where(and(eq(sends.id, sendId), eq(sends.status, 'planned')));
}

async function settle(
  ctx: AppContext,
  id: string,
  status: 'dropped' | 'skipped' | 'failed',
  reason: string,
): Promise<void> {
  await ctx.db
    .update(sends)
    .set({ status, reason, settledAt: ctx.clock.now() })
    .where(and(eq(sends.id, id), eq(sends.status, 'planned')));
}
