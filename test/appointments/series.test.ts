import { and, eq } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { extendSeries } from '#src/appointments/extend-series.ts';
import { appointmentReminderSends, appointmentSeries, appointments } from '#src/db/schema/appointments.ts';
import { createWorld } from '#test/support/world.ts';
import { at, type Json, openDesk } from './desk.ts';

const world = await createWorld({ now: '2026-03-02T06:00:00Z' });
afterAll(() => world[Symbol.asyncDispose]());
const { ask, book, selin } = await openDesk(world);
const { acme, customers } = world;

const all = async (query: string) => (await ask('GET', `/v1/appointments?limit=200&${query}`)).body.data as Json[];
const startsOf = async (query: string) => (await all(query)).map((row) => row.startsAt.slice(5, 16));
const days = (...list: string[]) => list.map((day) => `${day}T11:00`);
const series = async (recurrence: string, day: string, more: Json = {}) => {
  const { status, body } = await book({ ...at(day, '14:00'), recurrence, ...more });
  expect(status).toBe(201);
  const rows = await all(`seriesId=${body.series.id}`);
  return { id: body.series.id as string, rows, first: body };
};

describe('POST /v1/appointments with a recurrence', () => {
  it('201: 14:00 stays 14:00 when the clocks change', async () => {
    const from = { startsAt: '2026-03-22T13:00:00Z', endsAt: '2026-03-22T14:00:00Z', timeZone: 'Europe/Berlin' };
    const { body } = await book({ ...from, recurrence: 'FREQ=WEEKLY;COUNT=3', consultantId: null });
    expect(await startsOf(`seriesId=${body.series.id}`)).toEqual(['03-22T13:00', '03-29T12:00', '04-05T12:00']);
    expect(body.series).toMatchObject({ recurrence: 'FREQ=WEEKLY;COUNT=3', ended: true, editedAlone: [] });
  });

  it('201: two years and 500 appointments are booked ahead; the daily job goes on, and what is taken then is noted and told', async () => {
    const { body } = await book({
      ...at('2026-03-02', '20:00', 15),
      recurrence: 'FREQ=DAILY',
      consultantId: selin.userId,
    });
    const id = body.series.id;
    const count = async () =>
      (await world.ctx.db.select().from(appointments).where(eq(appointments.seriesId, id))).length;
    expect(await count()).toBe(500);
    await extendSeries(world.ctx);
    expect(await count()).toBe(500);
    const inTheWay = await book({ ...at('2027-07-20', '20:10'), consultantId: selin.userId });
    expect(inTheWay.status).toBe(201);
    const now = world.clock.now();
    world.clock.advance({ minutes: 14 * 1440 });
    await extendSeries(world.ctx);
    world.clock.set(now);
    expect(await count()).toBe(500 + 13);
    const [last] = await world.ctx.db
      .select()
      .from(appointments)
      .where(and(eq(appointments.seriesId, id), eq(appointments.occurrenceAt, new Date('2027-07-19T17:00:00Z'))));
    const { body: shown } = await ask('GET', `/v1/appointments/${last!.id}`);
    expect(shown.skipped).toMatchObject([
      { startsAt: '2027-07-20T17:00:00.000Z', reason: 'conflict', appointmentId: inTheWay.body.id },
    ]);
    const { body: told } = await ask('GET', '/v1/activities?limit=50');
    expect(told.data.map((row: Json) => row.verb)).toEqual(
      expect.arrayContaining(['appointments.extend', 'appointments.skip']),
    );
    await ask('POST', `/v1/appointments/${last!.id}/cancel`, { scope: 'all' });
  });

  it('409: names every conflict of it, and books nothing; with skipConflicts the free ones are booked', async () => {
    const one = await book({ ...at('2026-04-14', '14:30'), consultantId: selin.userId });
    const two = await book({ ...at('2026-04-28', '13:30'), consultantId: selin.userId });
    const body = { ...at('2026-04-07', '14:00'), recurrence: 'FREQ=WEEKLY;COUNT=4', consultantId: selin.userId };
    const refused = await book(body);
    expect(refused.status).toBe(409);
    expect(refused.body.conflicts.map((row: Json) => row.appointment.id)).toEqual([one.body.id, two.body.id]);
    expect(
      await startsOf(`consultantId=${selin.userId}&from=2026-04-06T00:00:00Z&to=2026-05-01T00:00:00Z&status=approved`),
    ).toHaveLength(2);
    const skipping = await book({ ...body, skipConflicts: true });
    expect(skipping.body.skipped.map((row: Json) => row.appointmentId)).toEqual([one.body.id, two.body.id]);
    expect(await startsOf(`seriesId=${skipping.body.series.id}`)).toEqual(days('04-07', '04-21'));
    const nothing = await book({
      ...at('2026-04-28', '13:30'),
      recurrence: 'FREQ=DAILY;COUNT=1',
      consultantId: selin.userId,
      skipConflicts: true,
    });
    expect(nothing.status).toBe(409);
  });
});

describe('PATCH /v1/appointments/{id} of a series', () => {
  it('200: this one alone; then all, which leaves alone what was edited alone', async () => {
    const { id, rows } = await series('FREQ=WEEKLY;COUNT=4', '2026-05-05', { title: 'Kontrol' });
    const patch = (n: number, body: Json) => ask('PATCH', `/v1/appointments/${rows[n].id}`, body);
    const alone = await patch(1, { ...at('2026-05-13', '16:00'), title: 'Başka' });
    expect(alone.body).toMatchObject({
      version: 2,
      series: { id, editedAlone: ['time', 'title'], occurrenceAt: '2026-05-12T11:00:00.000Z' },
    });
    const moved = await patch(2, { ...at('2026-05-19', '15:00', 30), title: 'Yeni', place: 'Ofis', scope: 'all' });
    expect(moved.status).toBe(200);
    expect(await startsOf(`seriesId=${id}`)).toEqual(['05-05T12:00', '05-13T13:00', '05-19T12:00', '05-26T12:00']);
    const now = await all(`seriesId=${id}`);
    expect(now.map((row) => row.title)).toEqual(['Yeni', 'Başka', 'Yeni', 'Yeni']);
    expect(now.map((row) => row.place)).toEqual(['Ofis', 'Ofis', 'Ofis', 'Ofis']);
    expect(now.map((row) => row.version)).toEqual([2, 3, 2, 2]);
    expect(now[1].series.occurrenceAt).toBe('2026-05-12T12:00:00.000Z');
    const weekday = await patch(0, { ...at('2026-05-07', '15:00', 30), scope: 'all' });
    expect(weekday.status).toBe(200);
    expect(await startsOf(`seriesId=${id}`)).toEqual(['05-07T12:00', '05-13T13:00', '05-21T12:00', '05-28T12:00']);
  });

  it('200: all may move into one another’s places; 409: names what they would meet outside', async () => {
    const { id, rows } = await series('FREQ=DAILY;COUNT=5', '2026-06-01', { consultantId: selin.userId });
    const moved = await ask('PATCH', `/v1/appointments/${rows[0].id}`, { ...at('2026-06-02', '14:00'), scope: 'all' });
    expect(moved.status).toBe(200);
    expect(await startsOf(`seriesId=${id}`)).toEqual(days('06-02', '06-03', '06-04', '06-05', '06-06'));
    const other = await book({ ...at('2026-06-04', '09:00'), consultantId: selin.userId });
    const refused = await ask('PATCH', `/v1/appointments/${rows[0].id}`, {
      ...at('2026-06-02', '09:30'),
      scope: 'all',
    });
    expect(refused.body.conflicts.map((row: Json) => row.appointment.id)).toEqual([other.body.id]);
    expect(await startsOf(`seriesId=${id}`)).toEqual(days('06-02', '06-03', '06-04', '06-05', '06-06'));
  });

  it('200: this and following cuts it in two, each of which goes on by itself', async () => {
    const { id, rows } = await series('FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6', '2026-07-07', {
      reminders: [{ channel: 'email', minutesBefore: 60 }],
    });
    const { body } = await ask('PATCH', `/v1/appointments/${rows[3].id}`, {
      title: 'Yeni',
      ...at('2026-07-16', '09:00'),
      scope: 'this-and-following',
    });
    expect(body.series).toMatchObject({ recurrence: 'FREQ=WEEKLY;COUNT=3;BYDAY=TU,TH', ended: true });
    expect(body.series.id).not.toBe(id);
    expect(await startsOf(`seriesId=${id}`)).toEqual(days('07-07', '07-09', '07-14'));
    expect(await startsOf(`seriesId=${body.series.id}`)).toEqual(['07-16T06:00', '07-21T06:00', '07-23T06:00']);
    const [old] = await all(`seriesId=${id}`);
    expect(old.series).toMatchObject({ recurrence: 'FREQ=WEEKLY;UNTIL=20260716T105959Z;BYDAY=TU,TH', ended: true });
    const sends = await world.ctx.db
      .select()
      .from(appointmentReminderSends)
      .where(eq(appointmentReminderSends.appointmentId, rows[3].id));
    expect(sends.map((row) => [row.version, row.status, row.dueAt.toISOString().slice(5, 16)]).sort()).toEqual([
      [1, 'dropped', '07-16T10:00'],
      [2, 'planned', '07-16T05:00'],
    ]);
  });

  it('200: another rule keeps those that it has too, takes the others away and adds what is missing', async () => {
    const { id, rows } = await series('FREQ=WEEKLY;BYDAY=MO,WE;COUNT=6', '2026-08-03');
    await ask('POST', `/v1/appointments/${rows[1].id}/cancel`, {});
    const { body, status } = await ask('PATCH', `/v1/appointments/${rows[0].id}`, {
      recurrence: 'FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=5',
      scope: 'all',
    });
    expect(status).toBe(200);
    expect(body.series).toMatchObject({ id, recurrence: 'FREQ=WEEKLY;COUNT=5;BYDAY=MO,WE,FR' });
    const now = await all(`seriesId=${id}`);
    expect(now.map((row) => `${row.startsAt.slice(5, 10)} ${row.status}`)).toEqual([
      '08-03 approved',
      '08-05 cancelled',
      '08-07 approved',
      '08-10 approved',
      '08-12 approved',
    ]);
    expect(now[3].id).toBe(rows[2].id);
  });

  it('400: a rule such as the first Monday does not move to another day by itself; one alone has no rule', async () => {
    const { rows } = await series('FREQ=MONTHLY;BYDAY=1MO;COUNT=3', '2026-09-07');
    const patch = (body: Json) => ask('PATCH', `/v1/appointments/${rows[0].id}`, body);
    const refused = await patch({ ...at('2026-09-09', '14:00'), scope: 'all' });
    expect([refused.status, refused.body.errors?.[0].path]).toEqual([400, 'recurrence']);
    expect((await patch({ recurrence: 'FREQ=DAILY' })).body.errors[0].path).toBe('recurrence');
    const told = await patch({
      ...at('2026-09-09', '14:00'),
      recurrence: 'FREQ=MONTHLY;BYDAY=2WE;COUNT=3',
      scope: 'all',
    });
    expect(told.status).toBe(200);
    expect(await startsOf(`seriesId=${told.body.series.id}`)).toEqual(days('09-09', '10-14', '11-11'));
  });
});

describe('the scope of a status', () => {
  it('200: cancelled from one on, the series is over; the earlier ones stay', async () => {
    const { id, rows } = await series('FREQ=WEEKLY', '2026-10-06', { customerId: customers.burak, consultantId: null });
    const { body } = await ask('POST', `/v1/appointments/${rows[2].id}/cancel`, {
      scope: 'this-and-following',
      reason: 'Taşındı',
    });
    expect(body).toMatchObject({ status: 'cancelled', statusReason: 'Taşındı', series: { ended: true } });
    expect(await startsOf(`seriesId=${id}&status=approved`)).toEqual(days('10-06', '10-13'));
    const [row] = await world.ctx.db.select().from(appointmentSeries).where(eq(appointmentSeries.id, id));
    expect(row!.rrule).toBe('FREQ=WEEKLY;UNTIL=20261020T105959Z');
  });

  it('200 and 204: all are approved at once, and those that follow need no asking; all are taken away at once', async () => {
    const { id, rows } = await series('FREQ=WEEKLY;COUNT=3', '2026-11-03', { requiresApproval: true });
    expect(rows.map((row) => row.status)).toEqual(['requested', 'requested', 'requested']);
    await ask('POST', `/v1/appointments/${rows[0].id}/approve`, { scope: 'all' });
    expect((await all(`seriesId=${id}`)).map((row) => row.status)).toEqual(['approved', 'approved', 'approved']);
    expect((await ask('DELETE', `/v1/appointments/${rows[1].id}?scope=this-and-following`)).status).toBe(204);
    expect(await startsOf(`seriesId=${id}`)).toEqual(days('11-03'));
    expect((await ask('GET', `/v1/appointments/${rows[2].id}`)).status).toBe(404);
    expect((await book({ ...at('2026-11-10', '14:00'), consultantId: acme.userId })).status).toBe(201);
  });
});
