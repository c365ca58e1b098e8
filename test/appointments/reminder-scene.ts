import { eq, sql } from 'drizzle-orm';
import { type AppointmentNews, followChanges } from '#src/appointments/follow-changes.ts';
import { sendDueReminders } from '#src/appointments/send-due-reminders.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { appointmentNotices } from '#src/db/schema/appointment-notices.ts';
import { appointmentReminderSends, appointmentReminders, appointments } from '#src/db/schema/appointments.ts';
import { messages } from '#src/db/schema/messages.ts';
import { newId } from '#src/platform/ids.ts';
import { type ChatScene, chat } from '#test/conversations/chat-scene.ts';

type Appointment = typeof appointments.$inferSelect;
type Reminder = Partial<typeof appointmentReminders.$inferInsert>;
export type Drafted = Partial<typeof appointments.$inferInsert> & { reminders?: Reminder[] };

const MINUTE = 60_000;
/** Noon in Istanbul, on a Monday. */
const NOW = '2026-03-02T09:00:00Z';

/** acme with an open number and an appointment of Ayşe's now and then. */
export async function reminding() {
  const scene = await chat({ now: NOW });
  const { ctx, customers, clock } = scene;
  await ctx.db.execute(
    sql`update customers set email = 'ayse@example.com', first_name = 'Ayşe' where id = ${customers.ayse}`,
  );
  const find = async (id: string): Promise<Appointment> =>
    (await ctx.db.select().from(appointments).where(eq(appointments.id, id)))[0]!;
  const change = changer(scene);
  return {
    ...scene,
    ...look(ctx),
    find,
    change,
    /** An hour long, approved, tomorrow at noon, unless told; its reminders by WhatsApp two hours before. */
    async appoint({ reminders = [{}], ...draft }: Drafted = {}, news: AppointmentNews = 'booked'): Promise<string> {
      const id = await insert(scene, draft, reminders);
      await change(id, news);
      return id;
    },
    /** What is due, at this instant if there is one. */
    async remind(at?: Date): Promise<number> {
      if (at) clock.set(at);
      return sendDueReminders(ctx);
    },
  };
}

const changer =
  ({ ctx, acme, clock }: ChatScene) =>
  (id: string, news: AppointmentNews, values: Partial<Appointment> = {}): Promise<Appointment> =>
    inTransaction(actFor(ctx, acme, 'user'), async (ctx) => {
      const [appointment] = await ctx.db
        .update(appointments)
        .set({ ...values, updatedAt: clock.now() })
        .where(eq(appointments.id, id))
        .returning();
      await followChanges(ctx, [{ appointment: appointment!, news }]);
      return appointment!;
    });

async function insert(
  { ctx, acme, customers, clock }: ChatScene,
  draft: Omit<Drafted, 'reminders'>,
  reminders: Reminder[],
): Promise<string> {
  const [id, now] = [newId(), clock.now()];
  const startsAt = draft.startsAt ?? new Date(now.getTime() + 24 * 60 * MINUTE);
  const { organizationId, userId } = acme;
  await ctx.db.insert(appointments).values({
    id,
    organizationId,
    customerId: customers.ayse,
    consultantId: userId,
    title: 'Cilt bakımı',
    startsAt,
    endsAt: new Date(startsAt.getTime() + 60 * MINUTE),
    timeZone: 'Europe/Istanbul',
    status: 'approved',
    statusChangedAt: now,
    statusByType: 'user',
    createdByType: 'user',
    createdAt: now,
    updatedAt: now,
    ...draft,
  });
  const usual = { organizationId, appointmentId: id, channel: 'whatsapp', minutesBefore: 120 } as const;
  for (const reminder of reminders) await ctx.db.insert(appointmentReminders).values({ ...usual, ...reminder });
  return id;
}

/** What became of it. */
const look = (ctx: AppContext) => ({
  sends: (id: string) =>
    ctx.db
      .select()
      .from(appointmentReminderSends)
      .where(eq(appointmentReminderSends.appointmentId, id))
      .orderBy(appointmentReminderSends.version, appointmentReminderSends.dueAt),
  notices: (id: string) =>
    ctx.db
      .select()
      .from(appointmentNotices)
      .where(eq(appointmentNotices.appointmentId, id))
      .orderBy(appointmentNotices.id),
  said: () => ctx.db.select().from(messages).where(eq(messages.direction, 'out')).orderBy(messages.id),
  live: async (type: string): Promise<Record<string, unknown>[]> => {
    const rows = await ctx.db.execute<{ data: Record<string, unknown> }>(
      sql`select data from live_events where type = ${type} order by id`,
    );
    return rows.map(({ data }) => data);
  },
});
