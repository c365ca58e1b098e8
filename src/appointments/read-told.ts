import { and, asc, eq, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { appointmentNotices } from '#src/db/schema/appointment-notices.ts';
import { appointmentReminderSends } from '#src/db/schema/appointments.ts';
import { mails } from '#src/db/schema/emails.ts';
import { messages } from '#src/db/schema/messages.ts';
import { smsMessages } from '#src/db/schema/sms.ts';

const MOST = 200;

type Carried = { messageId: unknown; smsId: unknown; mailId: unknown };
/** How whatever carries it stands; null: nothing does. */
const deliveryOf = ({ messageId, smsId, mailId }: Carried) => ({
  delivery: sql<string | null>`coalesce(
    (select m.status from ${messages} m where m.id = ${messageId}), (select s.status from ${smsMessages} s where s.id = ${smsId}),
    (select l.status from ${mails} l where l.id = ${mailId}))`,
  deliveryReason: sql<string | null>`coalesce(
    (select m.status_reason from ${messages} m where m.id = ${messageId}), (select s.status_reason from ${smsMessages} s where s.id = ${smsId}),
    (select l.status_reason from ${mails} l where l.id = ${mailId}))`,
});

/** Every reminder of an appointment, of earlier versions too: when it goes or went out, or why not, and what became of it. */
export const readReminderSends = (ctx: OrgContext, appointmentId: string) =>
  ctx.db
    .select({ send: appointmentReminderSends, ...deliveryOf(appointmentReminderSends) })
    .from(appointmentReminderSends)
    .where(
      and(
        eq(appointmentReminderSends.organizationId, ctx.organizationId),
        eq(appointmentReminderSends.appointmentId, appointmentId),
      ),
    )
    .orderBy(asc(appointmentReminderSends.dueAt), asc(appointmentReminderSends.id))
    .limit(MOST);

/** Whom it was told to besides, and how. */
export const readNotices = (ctx: OrgContext, appointmentId: string) =>
  ctx.db
    .select({ notice: appointmentNotices, ...deliveryOf(appointmentNotices) })
    .from(appointmentNotices)
    .where(
      and(
        eq(appointmentNotices.organizationId, ctx.organizationId),
        eq(appointmentNotices.appointmentId, appointmentId),
      ),
    )
    .orderBy(asc(appointmentNotices.id))
    .limit(MOST);

export type ReminderSendView = Awaited<ReturnType<typeof readReminderSends>>[number];
export type NoticeView = Awaited<ReturnType<typeof readNotices>>[number];
