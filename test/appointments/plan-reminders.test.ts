import { expect, it } from 'vitest';
import { planReminders } from '#src/appointments/plan-reminders.ts';
import { appointmentReminderSends, appointmentReminders, appointments } from '#src/db/schema/appointments.ts';
import { createWorld } from '#test/support/world.ts';

it('reminders of the version in force are planned once, earlier ones dropped, those too late noted', async () => {
  await using world = await createWorld({ now: '2026-03-02T07:30:00Z' });
  const [appointment] = await world.ctx.db
    .insert(appointments)
    .values({
      organizationId: world.acme.organizationId,
      customerId: world.customers.ayse,
      title: 'Görüşme',
      startsAt: new Date('2026-03-02T09:00:00Z'),
      endsAt: new Date('2026-03-02T10:00:00Z'),
      timeZone: 'Europe/Istanbul',
      status: 'approved',
      statusChangedAt: world.clock.now(),
      statusByType: 'user',
      createdByType: 'user',
    })
    .returning();
  const id = appointment!.id;
  const reminder = (minutesBefore: number) => ({
    organizationId: world.acme.organizationId,
    appointmentId: id,
    channel: 'email' as const,
    minutesBefore,
  });
  await world.ctx.db.insert(appointmentReminders).values([reminder(60), reminder(1440)]);
  const plan = async () => {
    await planReminders(world.ctx, [id]);
    const rows = await world.ctx.db.select().from(appointmentReminderSends);
    return rows.map((row) => `${row.minutesBefore}@${row.version} ${row.reason ?? row.status}`).sort();
  };
  expect(await plan()).toEqual(['1440@1 too-late', '60@1 planned']);
  expect(await plan()).toEqual(['1440@1 too-late', '60@1 planned']);
  await world.ctx.db.update(appointments).set({ version: 2, title: 'Kontrol' });
  expect(await plan()).toEqual(['1440@1 too-late', '60@1 changed', '60@2 planned']);
  await world.ctx.db.update(appointments).set({ version: 3, status: 'cancelled' });
  expect(await plan()).toEqual(['1440@1 too-late', '60@1 changed', '60@2 cancelled']);
});
