import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { appointmentNotices } from '#src/db/schema/appointment-notices.ts';
import type { reminderChannels } from '#src/db/schema/appointments.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { requireAppointment } from './queries.ts';
import { sendNoticeJob } from './reminder-jobs.ts';

type Channel = (typeof reminderChannels)[number];

/** Of one version: whoever has not answered by then is called. */
const MOST = 5;

/** Has the link by which the customer answers sent again, by a channel of one's choice or the first that leads to him. Throws `conflict` for one that waits for no answer. */
export const sendApprovalLink = (ctx: OrgContext, id: string, channel: Channel | null): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const { status, startsAt, version, seriesId } = await requireAppointment(ctx, id, true);
    const now = ctx.clock.now();
    if (status !== 'requested' || startsAt <= now)
      throw new Problem('conflict', {
        detail: { en: 'This appointment waits for no answer', tr: 'Bu randevu yanıt beklemiyor' },
        members: { appointmentStatus: status },
      });
    const { organizationId, userId } = ctx;
    const kind = 'requested';
    const [sent] = await ctx.db
      .select({ count: sql<number>`coalesce(max(${appointmentNotices.attempt}), 0)::int` })
      .from(appointmentNotices)
      .where(
        and(
          eq(appointmentNotices.appointmentId, id),
          eq(appointmentNotices.version, version),
          eq(appointmentNotices.kind, kind),
        ),
      );
    if (sent!.count >= MOST)
      throw new Problem('conflict', {
        detail: { en: `The link was sent ${MOST} times already`, tr: `Bağlantı zaten ${MOST} kez gönderildi` },
      });
    const noticeId = newId();
    const about = { organizationId, appointmentId: id, version, kind, audience: 'customer', userId, channel } as const;
    await ctx.db.insert(appointmentNotices).values({
      ...about,
      id: noticeId,
      attempt: sent!.count + 1,
      wholeSeries: seriesId !== null,
      createdAt: now,
    });
    await ctx.jobs.send(sendNoticeJob, { noticeId });
    await recordActivity(ctx, {
      verb: 'appointments.send-link',
      subjectType: 'appointment',
      subjectId: id,
      details: { channel },
    });
  });
