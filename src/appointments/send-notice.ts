import { and, eq } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { appointmentNotices } from '#src/db/schema/appointment-notices.ts';
import { isOutage } from '#src/platform/is-outage.ts';
import { askCustomer } from './ask-customer.ts';
import { Hindered } from './choose-sender.ts';
import type { HandedOver } from './hand-over.ts';
import { mailConsultant } from './mail-consultant.ts';
import { mailCustomer } from './mail-customer.ts';
import { type AppointmentFacts, readAppointmentFacts } from './read-appointment-facts.ts';

export type Notice = typeof appointmentNotices.$inferSelect;
export type Told = HandedOver & { channel: NonNullable<Notice['channel']> };

const notices = appointmentNotices;

/** Tells somebody of an appointment, in one transaction with the message that carries it; or notes why not. What has changed since is not told any more. */
export async function sendNotice(ctx: AppContext, noticeId: string): Promise<void> {
  try {
    await inTransaction(ctx, (ctx) => tell(ctx, noticeId));
  } catch (error) {
    if (error instanceof Hindered) return settle(ctx, noticeId, 'skipped', error.reason);
    if (isOutage(error)) throw error;
    ctx.log.error({ err: error, noticeId }, 'a notice of an appointment could not be handed over');
    await settle(ctx, noticeId, 'failed', 'internal');
  }
}

async function tell(ctx: AppContext, noticeId: string): Promise<void> {
  const planned = and(eq(notices.id, noticeId), eq(notices.status, 'planned'));
  const [known] = await ctx.db
    .select({ appointmentId: notices.appointmentId, kind: notices.kind })
    .from(notices)
    .where(planned);
  if (!known) return;
  const facts = await readAppointmentFacts(ctx, known.appointmentId, {
    lock: true,
    deleted: known.kind === 'cancelled',
  });
  const [notice] = await ctx.db.select().from(notices).where(planned).for('update');
  if (!notice) return;
  const obstacle = obstacleOf(ctx.clock.now(), notice, facts);
  if (obstacle) return settle(ctx, noticeId, 'skipped', obstacle);
  const told = await tellWhom(ctx, facts!, notice);
  await ctx.db
    .update(notices)
    .set({ status: 'sent', settledAt: ctx.clock.now(), ...told })
    .where(eq(notices.id, noticeId));
}

function tellWhom(ctx: AppContext, facts: AppointmentFacts, notice: Notice): Promise<Told> {
  if (notice.audience === 'consultant') return mailConsultant(ctx, facts, notice);
  return notice.kind === 'requested' ? askCustomer(ctx, facts, notice) : mailCustomer(ctx, facts, notice);
}

/** The states in which a notice still says what is so. */
const holds: Record<Notice['kind'], AppointmentFacts['appointment']['status'][]> = {
  requested: ['requested'],
  confirmed: ['approved'],
  moved: ['approved'],
  cancelled: ['cancelled', 'declined'],
  declined: ['declined'],
  proposed: ['requested', 'approved'],
};

function obstacleOf(now: Date, { version, kind }: Notice, facts: AppointmentFacts | null): string | null {
  if (!facts) return 'deleted';
  const { appointment } = facts;
  const isSo = holds[kind].includes(appointment.status) || appointment.deletedAt !== null;
  if (appointment.version !== version || !isSo) return 'changed';
  return appointment.startsAt <= now ? 'too-late' : null;
}

async function settle(ctx: AppContext, id: string, status: 'skipped' | 'failed', reason: string): Promise<void> {
  await ctx.db
    .update(notices)
    .set({ status, reason, settledAt: ctx.clock.now() })
    .where(and(eq(notices.id, id), eq(notices.status, 'planned')));
}
