import { afterAll, expect, it } from 'vitest';
import { appointmentReminderSends, appointmentSeries, appointments } from '#src/db/schema/appointments.ts';
import { createWorld } from '#test/support/world.ts';
import { at, openDesk } from './desk.ts';

const world = await createWorld({ now: '2026-03-02T06:00:00Z' });
afterAll(() => world[Symbol.asyncDispose]());
const { ask, book } = await openDesk(world);
const { customers } = world;

it('200: merged into another, his appointments are the other’s; erased, what was to come is off, and nobody knows what it was about', async () => {
  const his = {
    customerId: customers.burak,
    note: 'Diş',
    place: 'Kadıköy',
    reminders: [{ channel: 'sms', minutesBefore: 60 }],
  };
  const single = await book({ ...at('2026-03-03', '10:00'), ...his });
  const past = await book({ ...at('2026-03-01', '10:00'), ...his });
  await ask('POST', `/v1/appointments/${past.body.id}/done`, {});
  const series = await book({ ...at('2026-03-04', '10:00'), ...his, recurrence: 'FREQ=WEEKLY' });
  expect((await ask('POST', `/v1/customers/${customers.ayse}/merge`, { customerId: customers.burak })).status).toBe(
    200,
  );
  expect((await ask('GET', `/v1/appointments/${single.body.id}`)).body.customer.id).toBe(customers.ayse);
  const { body: told } = await ask('GET', `/v1/customers/${customers.ayse}/export`);
  const section = told.sections.find(({ key }: { key: string }) => key === 'appointments');
  expect(section.records.map((row: { place: string }) => row.place)).toContain('Kadıköy');
  expect((await ask('POST', `/v1/customers/${customers.ayse}/erase`)).status).toBe(204);
  const rows = await world.ctx.db.select().from(appointments);
  const { note, place, title, ...off } = rows.find((row) => row.id === single.body.id)!;
  expect({ note, place, title }).toEqual({ note: null, place: null, title: '' });
  expect(off).toMatchObject({ status: 'cancelled', version: 2 });
  expect(rows.find((row) => row.id === past.body.id)!.status).toBe('done');
  expect(
    rows.filter((row) => row.seriesId !== null).every((row) => row.status === 'cancelled' && row.title === ''),
  ).toBe(true);
  const [rule] = await world.ctx.db.select().from(appointmentSeries);
  expect(rule).toMatchObject({ title: '', note: null, endedAt: expect.any(Date) });
  const sends = await world.ctx.db.select().from(appointmentReminderSends);
  expect(sends.length).toBeGreaterThan(100);
  expect(sends.filter((row) => row.status === 'planned')).toEqual([]);
  expect((await book({ ...at('2026-03-03', '10:00'), customerId: customers.deniz })).status).toBe(201);
  expect(series.status).toBe(201);
});
