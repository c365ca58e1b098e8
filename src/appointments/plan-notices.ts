import { and, eq, inArray, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { appointmentNotices, type noticeAudiences, type noticeKinds } from '#src/db/schema/appointment-notices.ts';
import { newId } from '#src/platform/ids.ts';
import type { AppointmentChange } from './follow-changes.ts';
import { readAppointmentSettings } from './read-appointment-settings.ts';
import { sendNoticeJob } from './reminder-jobs.ts';

export type NoticeKind = (typeof noticeKinds)[number];
type Audience = (typeof noticeAudiences)[number];
type Notice = { kind: NoticeKind; audience: Audience };
type First = { change: AppointmentChange; wholeSeries: boolean };

const notices = appointmentNotices;

/** Has customer and consultant told, each once a version and kind; of the occurrences of a series that changed at once, only of the first. */
export async function planNotices(ctx: OrgContext, changes: AppointmentChange[]): Promise<void> {
  const now = ctx.clock.now();
  const firsts = firstsOf(changes.filter(({ appointment }) => appointment.startsAt > now));
  if (firsts.length === 0) return;
  const { mailCustomers } = await readAppointmentSettings(ctx, ctx.organizationId);
  const known = await readKnown(ctx, firsts);
  const told = firsts.flatMap(({ change, wholeSeries }) => {
    const { id: appointmentId, version } = change.appointment;
    const { isTold = false, proposals = 0 } = known.get(appointmentId) ?? {};
    if (change.news === 'deleted' && !isTold) return [];
    return noticesOf(change, mailCustomers).map((notice) => ({
      ...notice,
      id: newId(),
      organizationId: ctx.organizationId,
      appointmentId,
      version,
      attempt: notice.kind === 'proposed' ? proposals + 1 : 1,
      userId: ctx.userId,
      channel: notice.kind === 'requested' ? null : ('email' as const),
      wholeSeries,
      createdAt: now,
    }));
  });
  if (told.length === 0) return;
  const added = await ctx.db.insert(notices).values(told).onConflictDoNothing().returning({ noticeId: notices.id });
  await ctx.jobs.sendAll(
    sendNoticeJob,
    added.map((payload) => ({ payload })),
  );
}

function firstsOf(changes: AppointmentChange[]): First[] {
  const groups = Map.groupBy(
    changes,
    ({ appointment: { id, seriesId, status }, news }) => `${seriesId ?? id} ${news} ${status}`,
  );
  return [...groups.values()].map((group) => {
    const change = group.reduce((first, one) => (one.appointment.startsAt < first.appointment.startsAt ? one : first));
    return { change, wholeSeries: group.length > 1 };
  });
}

type Known = { isTold: boolean; proposals: number };

/** Of what has been said before: whether the customer knows of it, and how often he has asked for another time of this version. */
async function readKnown(ctx: OrgContext, firsts: First[]): Promise<Map<string, Known>> {
  const asked = firsts.filter(({ change: { news } }) => news === 'deleted' || news === 'time-proposed');
  if (asked.length === 0) return new Map();
  const rows = await ctx.db
    .select({
      id: notices.appointmentId,
      isTold: sql<boolean>`bool_or(${notices.audience} = 'customer' and ${notices.status} = 'sent')`,
      proposals: sql<number>`coalesce(max(${notices.attempt}) filter (where ${notices.kind} = 'proposed'), 0)::int`,
    })
    .from(notices)
    .where(
      and(
        eq(notices.organizationId, ctx.organizationId),
        inArray(
          notices.appointmentId,
          asked.map(({ change }) => change.appointment.id),
        ),
      ),
    )
    .groupBy(notices.appointmentId);
  return new Map(rows.map(({ id, ...known }) => [id, known]));
}

/** Who is told what of it. What customers answer, their consultant is told; what we do, the customer. */
function noticesOf({ appointment, news }: AppointmentChange, mailCustomers: boolean): Notice[] {
  const byCustomer = appointment.statusByType === 'customer';
  const customer = (kind: NoticeKind): Notice[] => (mailCustomers ? [{ kind, audience: 'customer' }] : []);
  const consultant = (kind: NoticeKind): Notice[] => (byCustomer ? [{ kind, audience: 'consultant' }] : []);
  switch (news) {
    case 'requested':
      return [{ kind: 'requested', audience: 'customer' }];
    case 'booked':
      return customer('confirmed');
    case 'approved':
      return [...customer('confirmed'), ...consultant('confirmed')];
    case 'declined':
      return byCustomer ? consultant('declined') : customer('cancelled');
    case 'cancelled':
      return [...customer('cancelled'), ...consultant('cancelled')];
    case 'moved':
    case 'changed':
      if (appointment.status === 'requested') return [{ kind: 'requested', audience: 'customer' }];
      return appointment.status === 'approved' ? customer('moved') : [];
    case 'time-proposed':
      return [{ kind: 'proposed', audience: 'consultant' }];
    case 'deleted':
      return customer('cancelled');
    default:
      return [];
  }
}
