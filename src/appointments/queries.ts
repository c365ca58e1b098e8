import { and, asc, eq, gt, gte, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import {
  appointmentReminders,
  appointmentSeries,
  appointments,
  skippedOccurrences,
} from '#src/db/schema/appointments.ts';
import { customers } from '#src/db/schema/customers.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import {
  type Appointment,
  type AppointmentStatus,
  addMinutes,
  limits,
  type ReminderRow,
  type Series,
  type Skipped,
} from './appointment.ts';
import { type NoticeView, type ReminderSendView, readNotices, readReminderSends } from './read-told.ts';

export type AppointmentView = {
  appointment: Appointment;
  customer: { id: string; firstName: string; lastName: string | null };
  series: Series | null;
  reminders: ReminderRow[];
};

export type AppointmentDetail = AppointmentView & {
  skipped: Skipped[];
  sends: ReminderSendView[];
  notices: NoticeView[];
};

/** What the caller sees: an owner every appointment of the organization, a consultant his own and those that he booked. */
export const visible = (ctx: OrgContext): SQL =>
  and(
    eq(appointments.organizationId, ctx.organizationId),
    isNull(appointments.deletedAt),
    ctx.role === 'owner'
      ? undefined
      : or(eq(appointments.consultantId, ctx.userId), eq(appointments.createdById, ctx.userId)),
  ) as SQL;

/** Throws `not-found` for one that is deleted, somebody else's, or another organization's. */
export async function requireAppointment(ctx: OrgContext, id: string, lock = false): Promise<Appointment> {
  const row = await findAppointment(ctx, id, lock);
  if (!row) throw notFound();
  return row;
}

/** Null: there is none, or none that the caller may see. */
export async function findAppointment(ctx: OrgContext, id: string, lock = false): Promise<Appointment | null> {
  const query = ctx.db
    .select()
    .from(appointments)
    .where(and(eq(appointments.id, id), visible(ctx)));
  const [row] = await (lock ? query.for('no key update') : query);
  return row ?? null;
}

export type AppointmentFilter = {
  from?: Date | undefined;
  to?: Date | undefined;
  consultantId?: string | undefined;
  customerId?: string | undefined;
  seriesId?: string | undefined;
  status?: AppointmentStatus | undefined;
};

/** Those that touch the time between `from` and `to`, the earliest first. */
export async function listAppointments(
  ctx: OrgContext,
  { limit, cursor, ...filter }: AppointmentFilter & { limit: number; cursor?: string | undefined },
): Promise<Page<AppointmentView>> {
  const rows = await selectAppointments(ctx, and(filtered(filter), after(cursor)), limit + 1);
  const page = toPage(rows, limit, ({ appointment: { startsAt, id } }) => [startsAt.getTime(), id]);
  return { ...page, data: await withReminders(ctx, page.data) };
}

/** None is longer than a week: what begins earlier than that before `from` has ended. */
const filtered = ({ from, to, consultantId, customerId, seriesId, status }: AppointmentFilter) =>
  and(
    from && and(gt(appointments.endsAt, from), gte(appointments.startsAt, addMinutes(from, -limits.minutes))),
    to && lt(appointments.startsAt, to),
    consultantId === undefined ? undefined : eq(appointments.consultantId, consultantId),
    customerId === undefined ? undefined : eq(appointments.customerId, customerId),
    seriesId === undefined ? undefined : eq(appointments.seriesId, seriesId),
    status && eq(appointments.status, status),
  );

const isTime = (value: unknown) => Number.isInteger(value) && Math.abs(value as number) <= 8.64e15;

function after(cursor: string | undefined): SQL | undefined {
  if (cursor === undefined) return undefined;
  const [time, id] = decodeCursor(cursor, [isTime, isUuid]) as [number, string];
  const at = new Date(time).toISOString();
  return sql`(${appointments.startsAt}, ${appointments.id}) > (${at}::timestamptz, ${id}::uuid)`;
}

type Selected = Omit<AppointmentView, 'reminders'>;

const selectAppointments = (ctx: OrgContext, condition: SQL | undefined, limit: number): Promise<Selected[]> =>
  ctx.db
    .select({
      appointment: appointments,
      customer: { id: customers.id, firstName: customers.firstName, lastName: customers.lastName },
      series: appointmentSeries,
    })
    .from(appointments)
    .innerJoin(customers, eq(customers.id, appointments.customerId))
    .leftJoin(appointmentSeries, eq(appointmentSeries.id, appointments.seriesId))
    .where(and(visible(ctx), condition))
    .orderBy(asc(appointments.startsAt), asc(appointments.id))
    .limit(limit);

/** Throws `not-found`. */
export async function getAppointment(ctx: OrgContext, id: string): Promise<AppointmentDetail> {
  const [found] = await withReminders(ctx, await selectAppointments(ctx, eq(appointments.id, id), 1));
  if (!found) throw notFound();
  const skipped = found.series
    ? await ctx.db
        .select()
        .from(skippedOccurrences)
        .where(eq(skippedOccurrences.seriesId, found.series.id))
        .orderBy(asc(skippedOccurrences.occurrenceAt))
    : [];
  return { ...found, skipped, sends: await readReminderSends(ctx, id), notices: await readNotices(ctx, id) };
}

/** Reminders of their own, else those of their series. */
async function withReminders(ctx: OrgContext, views: Selected[]): Promise<AppointmentView[]> {
  if (views.length === 0) return [];
  const rows = await ctx.db
    .select()
    .from(appointmentReminders)
    .where(
      or(
        inArray(
          appointmentReminders.appointmentId,
          views.map(({ appointment }) => appointment.id),
        ),
        inArray(
          appointmentReminders.seriesId,
          views.flatMap(({ appointment }) => appointment.seriesId ?? []),
        ),
      ),
    )
    .orderBy(asc(appointmentReminders.minutesBefore), asc(appointmentReminders.channel));
  return views.map((view) => ({ ...view, reminders: rows.filter((row) => isOf(row, view.appointment)) }));
}

const isOf = (row: ReminderRow, { id, seriesId, overrides }: Appointment): boolean =>
  row.appointmentId === id || (row.seriesId !== null && row.seriesId === seriesId && !overrides.includes('reminders'));
