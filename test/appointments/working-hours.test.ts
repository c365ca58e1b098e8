import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { workingHours } from '#src/db/schema/working-hours.ts';
import { createWorld } from '#test/support/world.ts';
import { at, hire, openDesk } from './desk.ts';

const world = await createWorld({ now: '2026-03-02T06:00:00Z' });
afterAll(() => world[Symbol.asyncDispose]());
const { ask, book, selin } = await openDesk(world);
const { acme, globex } = world;
const week = (from: string, to: string) => [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from, to }));
beforeEach(async () => {
  await world.ctx.db.delete(workingHours);
});

const slots = async (query: string, as = acme) => {
  const { status, body } = await ask('GET', `/v1/availability?${query}`, undefined, as);
  expect(status).toBe(200);
  return body.slots.map((slot: { startsAt: string }) => slot.startsAt.slice(5, 16)) as string[];
};
const day = (date: string) => `from=${date}T00:00:00%2B03:00&to=${date}T23:59:00%2B03:00`;

describe('working hours', () => {
  it('PUT /v1/working-hours 200: a consultant’s own, else the organization’s, else what is usual', async () => {
    const get = async (query = '', as = selin) => (await ask('GET', `/v1/working-hours${query}`, undefined, as)).body;
    expect(await get()).toMatchObject({ hoursOf: 'default', consultantId: selin.userId, timeZone: 'Europe/Istanbul' });
    await ask('PUT', '/v1/working-hours', { consultantId: 'organization', hours: week('08:00', '12:00') });
    expect(await get()).toMatchObject({ hoursOf: 'organization', hours: week('08:00', '12:00') });
    const own = await ask(
      'PUT',
      '/v1/working-hours',
      {
        hours: [
          { weekday: 1, from: '13:00', to: '24:00' },
          { weekday: 1, from: '09:00', to: '12:00' },
        ],
      },
      selin,
    );
    expect(own.body).toMatchObject({
      hoursOf: 'consultant',
      hours: [
        { from: '09:00', to: '12:00' },
        { from: '13:00', to: '24:00' },
      ],
    });
    expect(await get('?consultantId=organization')).toMatchObject({ hoursOf: 'organization', consultantId: null });
    expect((await ask('PUT', '/v1/working-hours', { hours: [] }, selin)).body.hoursOf).toBe('organization');
  });

  it('403, 400: only the owner for others; hours that are none', async () => {
    const put = async (body: object, as = selin) => (await ask('PUT', '/v1/working-hours', body, as)).status;
    expect(await put({ consultantId: acme.userId, hours: [] })).toBe(403);
    expect(await put({ consultantId: 'organization', hours: [] })).toBe(403);
    expect(await put({ consultantId: selin.userId, hours: [] })).toBe(200);
    expect(await put({ consultantId: selin.userId, hours: week('09:00', '18:00') }, acme)).toBe(200);
    expect(await put({ consultantId: selin.userId, hours: [] }, globex)).toBe(400);
    for (const hours of [
      week('18:00', '09:00'),
      week('09:00', '09:00'),
      [...week('09:00', '12:00'), ...week('11:00', '13:00')],
      week('9:00', '25:00'),
    ])
      expect(await put({ hours })).toBe(400);
  });
});

describe('days off', () => {
  it('GET /v1/days-off, POST, GET /v1/days-off/{id}, PATCH and DELETE', async () => {
    const add = (body: object, as = selin) => ask('POST', '/v1/days-off', body, as);
    const own = await add({ fromDate: '2026-04-01', reason: 'İzin' });
    expect(own.body).toMatchObject({
      consultantId: selin.userId,
      fromDate: '2026-04-01',
      toDate: '2026-04-01',
      from: null,
      reason: 'İzin',
    });
    expect((await add({ consultantId: 'organization', fromDate: '2026-04-23' })).status).toBe(403);
    const all = await add({ consultantId: 'organization', fromDate: '2026-04-23', from: '13:00', to: '18:00' }, acme);
    expect(all.body).toMatchObject({ consultantId: null, from: '13:00', to: '18:00' });
    for (const body of [
      { fromDate: '2026-13-01' },
      { fromDate: '2026-04-02', toDate: '2026-04-01' },
      { fromDate: '2026-04-02', from: '10:00' },
      { fromDate: '2026-04-02', from: '10:00', to: '09:00' },
    ])
      expect((await add(body)).status).toBe(400);
    const list = async (query: string, as = selin) =>
      (await ask('GET', `/v1/days-off?${query}`, undefined, as)).body.data.map((row: { id: string }) => row.id);
    expect(await list('')).toEqual([all.body.id, own.body.id]);
    expect(await list('consultantId=organization')).toEqual([all.body.id]);
    expect(await list('from=2026-04-02&to=2026-04-30')).toEqual([all.body.id]);
    expect(await list('', globex)).toEqual([]);
    const path = `/v1/days-off/${all.body.id}`;
    expect((await ask('PATCH', path, { reason: 'x' }, selin)).status).toBe(403);
    expect((await ask('PATCH', path, { reason: 'x' }, globex)).status).toBe(404);
    expect(
      (await ask('PATCH', `/v1/days-off/${all.body.id}`, { toDate: '2026-04-24', from: null, to: null })).body,
    ).toMatchObject({ toDate: '2026-04-24', from: null });
    expect((await ask('GET', `/v1/days-off/${all.body.id}`)).body.toDate).toBe('2026-04-24');
    expect((await ask('DELETE', `/v1/days-off/${all.body.id}`, undefined, selin)).status).toBe(403);
    for (const { body } of [own, all]) expect((await ask('DELETE', `/v1/days-off/${body.id}`)).status).toBe(204);
  });
});

describe('GET /v1/availability', () => {
  it('200: in working hours, clear of appointments and their buffers, on no day off, not in the past', async () => {
    await ask('PUT', '/v1/working-hours', {
      hours: [
        { weekday: 2, from: '09:00', to: '11:00' },
        { weekday: 2, from: '13:00', to: '14:00' },
      ],
    });
    const hour = `${day('2026-03-10')}&durationMinutes=60&stepMinutes=30`;
    expect(await slots(hour)).toEqual(['03-10T06:00', '03-10T06:30', '03-10T07:00', '03-10T10:00']);
    await book({ ...at('2026-03-10', '09:00', 40), bufferMinutes: 10 });
    expect(await slots(hour)).toEqual(['03-10T06:50', '03-10T10:00']);
    await book(at('2026-03-10', '11:10', 30));
    expect(await slots(`${hour}&bufferMinutes=30`)).toEqual(['03-10T10:00']);
    await ask('POST', '/v1/days-off', { fromDate: '2026-03-10', from: '13:30', to: '24:00' });
    expect(await slots(hour)).toEqual(['03-10T06:50']);
    await ask('POST', '/v1/days-off', { consultantId: 'organization', fromDate: '2026-03-09', toDate: '2026-03-12' });
    expect(await slots(hour)).toEqual([]);
    await ask('PUT', '/v1/working-hours', { hours: [{ weekday: 1, from: '08:00', to: '10:00' }] });
    expect(await slots(`${day('2026-03-02')}&durationMinutes=30&stepMinutes=30`)).toEqual([
      '03-02T06:00',
      '03-02T06:30',
    ]);
    const booked = (await slots(hour, selin)).length;
    expect(booked).toBe(0);
  });

  it('200: on the consultant’s own clock, over midnight and when the clocks change', async () => {
    const berlin = await hire(world, 'jonas', 'Europe/Berlin');
    const put = (hours: object[]) => ask('PUT', '/v1/working-hours', { hours }, berlin);
    await put([{ weekday: 7, from: '01:00', to: '04:00' }]);
    const sunday = (date: string) => `from=${date}T00:00:00Z&to=${date}T23:00:00Z&durationMinutes=60&stepMinutes=60`;
    expect(await slots(sunday('2026-03-22'), berlin)).toEqual(['03-22T00:00', '03-22T01:00', '03-22T02:00']);
    expect(await slots(sunday('2026-03-29'), berlin)).toEqual(['03-29T00:00', '03-29T01:00']);
    expect(
      await slots('from=2026-10-24T22:00:00Z&to=2026-10-25T10:00:00Z&durationMinutes=60&stepMinutes=60', berlin),
    ).toEqual(['10-24T23:00', '10-25T00:00', '10-25T01:00', '10-25T02:00']);
    await put([
      { weekday: 1, from: '22:00', to: '24:00' },
      { weekday: 2, from: '00:00', to: '02:00' },
    ]);
    expect(
      await slots('from=2026-06-15T00:00:00Z&to=2026-06-16T12:00:00Z&durationMinutes=180&stepMinutes=60', berlin),
    ).toEqual(['06-15T20:00', '06-15T21:00']);
  });

  it('400: no range, too long a range, somebody else', async () => {
    const bad = [
      'from=2026-03-10T00:00:00Z&to=2026-03-09T00:00:00Z&durationMinutes=30',
      'from=2026-03-10T00:00:00Z&to=2026-04-20T00:00:00Z&durationMinutes=30',
      'from=2026-03-10T00:00:00Z&to=2026-03-11T00:00:00Z&durationMinutes=0',
      'from=2026-03-10&to=2026-03-11T00:00:00Z&durationMinutes=30',
      `from=2026-03-10T00:00:00Z&to=2026-03-11T00:00:00Z&durationMinutes=30&consultantId=${globex.userId}`,
    ];
    for (const query of bad) expect((await ask('GET', `/v1/availability?${query}`)).status).toBe(400);
  });
});
