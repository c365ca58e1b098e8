import { expect, it } from 'vitest';
import { appointments } from '#src/db/schema/appointments.ts';
import { createWorld } from '#test/support/world.ts';

it('the database itself refuses a second appointment in the time of a first one', async () => {
  await using world = await createWorld();
  const book = (from: string, to: string, bufferMinutes = 0) =>
    world.ctx.db.insert(appointments).values({
      organizationId: world.acme.organizationId,
      customerId: world.customers.ayse,
      consultantId: world.acme.userId,
      title: 'Görüşme',
      startsAt: new Date(from),
      endsAt: new Date(to),
      timeZone: 'Europe/Istanbul',
      bufferMinutes,
      status: 'approved',
      statusChangedAt: world.clock.now(),
      statusByType: 'user',
      createdByType: 'user',
    });
  await book('2026-03-02T09:00:00Z', '2026-03-02T10:00:00Z', 15);
  await expect(book('2026-03-02T10:14:00Z', '2026-03-02T11:00:00Z')).rejects.toMatchObject({
    cause: { code: '23P01' },
  });
  await book('2026-03-02T10:15:00Z', '2026-03-02T11:00:00Z');
});
