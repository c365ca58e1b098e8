import { afterAll, describe, expect, it } from 'vitest';
import { appointments } from '#src/db/schema/appointments.ts';
import { createWorld } from '#test/support/world.ts';
import { at, openDesk } from './desk.ts';

const world = await createWorld({ now: '2026-03-02T06:00:00Z' });
afterAll(() => world[Symbol.asyncDispose]());
const desk = await openDesk(world);
const { ask, book, selin } = desk;
const { acme, globex, customers } = world;

describe('POST /v1/appointments', () => {
  it('201: books what is asked for; the caller, his zone and no buffer unless told', async () => {
    const { status, body } = await book({
      ...at('2026-03-03', '14:00'),
      place: 'Bağdat Cad. 12',
      link: 'https://meet.example.com/a',
      note: 'İlk görüşme',
      reminders: [{ channel: 'email', minutesBefore: 60 }],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      customer: { id: customers.ayse, firstName: 'Ayşe' },
      consultantId: acme.userId,
      startsAt: '2026-03-03T11:00:00.000Z',
      endsAt: '2026-03-03T12:00:00.000Z',
      timeZone: 'Europe/Istanbul',
      bufferMinutes: 0,
      status: 'approved',
      approvedAt: null,
      series: null,
      reminders: [{ channel: 'email', minutesBefore: 60, templateId: null, language: null }],
      version: 1,
      skipped: [],
    });
    expect((await ask('GET', `/v1/appointments/${body.id}`)).body).toEqual(body);
    const { body: told } = await ask('GET', '/v1/activities?limit=1');
    expect(told.data[0]).toMatchObject({ verb: 'appointments.book', subjectId: body.id });
  });

  it('409 appointment-conflict: names what stands there, with its buffer, and what is free instead', async () => {
    const first = await book({ ...at('2026-03-04', '10:00'), consultantId: selin.userId, bufferMinutes: 15 });
    const twin = await book({ ...at('2026-03-04', '11:10', 30), consultantId: selin.userId });
    expect(twin.status).toBe(409);
    expect(twin.body).toMatchObject({
      code: 'appointment-conflict',
      conflicts: [
        {
          startsAt: '2026-03-04T08:10:00.000Z',
          appointment: { id: first.body.id, title: 'Görüşme', startsAt: '2026-03-04T07:00:00.000Z', bufferMinutes: 15 },
        },
      ],
    });
    expect(twin.body.alternatives[0]).toEqual(at('2026-03-04', '11:15', 30));
    const free = await book({ ...twin.body.alternatives[0], consultantId: selin.userId });
    expect(free.status).toBe(201);
    expect((await book({ ...at('2026-03-04', '10:00'), consultantId: null })).status).toBe(201);
  });

  it('409: of a colleague’s appointment only the time is told', async () => {
    await book({ ...at('2026-03-05', '10:00'), title: 'Gizli' });
    const { body } = await book({ ...at('2026-03-05', '10:30'), consultantId: acme.userId }, selin);
    expect(body.conflicts[0].appointment).toMatchObject({ id: null, title: null, customerId: null });
    expect(body.conflicts[0].appointment.startsAt).toBe('2026-03-05T07:00:00.000Z');
  });

  it('201 and 409: of two at the same moment one is booked, whichever way they overlap', async () => {
    const pairs = [
      [at('2026-03-06', '10:00'), at('2026-03-06', '10:30')],
      [at('2026-03-06', '12:00'), at('2026-03-06', '12:00')],
      [at('2026-03-06', '14:00', 120), at('2026-03-06', '14:30', 15)],
    ];
    for (const pair of pairs) {
      const answers = await Promise.all(pair.map((span) => book(span)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      const refused = answers.find(({ status }) => status === 409)!;
      const booked = answers.find(({ status }) => status === 201)!;
      expect(refused.body.conflicts[0].appointment.id).toBe(booked.body.id);
    }
  });

  it.each([
    ['endsAt', { endsAt: '2026-03-09T07:00:00Z' }],
    ['endsAt', { endsAt: '2026-03-17T07:00:00Z' }],
    ['startsAt', { startsAt: '2026-03-09T10:00:00' }],
    ['startsAt', { startsAt: '2026-03-09T10:00:30Z' }],
    ['customerId', { customerId: '019a0000-0000-7000-8000-000000000001' }],
    ['consultantId', { consultantId: globex.userId }],
    ['timeZone', { timeZone: '+03:00' }],
    ['link', { link: 'javascript:alert(1)' }],
    ['title', { title: '  ' }],
    ['bufferMinutes', { bufferMinutes: 100_000 }],
    ['reminders', { reminders: [1, 1].map(() => ({ channel: 'email', minutesBefore: 5 })) }],
    ['reminders[0].templateId', { reminders: [{ channel: 'email', minutesBefore: 5, templateId: customers.ayse }] }],
    ['recurrence', { recurrence: 'FREQ=MINUTELY' }],
    ['recurrence', { recurrence: 'FREQ=WEEKLY;BYDAY=TU' }],
    ['recurrence', { recurrence: 'FREQ=DAILY;UNTIL=20260308' }],
    ['recurrence', { recurrence: 'FREQ=DAILY;COUNT=5', endsAt: '2026-03-10T10:30:00Z' }],
    ['recurrence', { recurrence: 'FREQ=DAILY;COUNT=5;UNTIL=20270101' }],
    ['recurrence', { recurrence: 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6' }],
    ['startsAt', { startsAt: '2036-03-09T07:00:00Z', endsAt: '2036-03-09T08:00:00Z', recurrence: 'FREQ=DAILY' }],
  ])('400: %s of %j', async (path, change) => {
    const before = await world.ctx.db.$count(appointments);
    const { status, body } = await book({
      startsAt: '2026-03-09T07:00:00Z',
      endsAt: '2026-03-09T08:00:00Z',
      ...change,
    });
    expect(status).toBe(400);
    expect(body.errors[0].path).toBe(path);
    expect(await world.ctx.db.$count(appointments)).toBe(before);
  });

  it('400: a reminder in the words of an offer, which would be marketing without consent; 201: of a reminder', async () => {
    const templateOf = async (category: string): Promise<string> => {
      const template = { name: category, channel: 'whatsapp', language: 'tr', category, text: 'Merhaba' };
      const response = await world.acme.call('POST', '/v1/templates', template);
      expect(response.status).toBe(201);
      return (await response.json()).id;
    };
    const remindedBy = async (templateId: string) =>
      book({
        startsAt: '2026-03-12T07:00:00Z',
        endsAt: '2026-03-12T08:00:00Z',
        reminders: [{ channel: 'whatsapp', minutesBefore: 60, templateId }],
      });
    const refused = await remindedBy(await templateOf('offer'));
    expect([refused.status, refused.body.errors[0].path]).toEqual([400, 'reminders[0].templateId']);
    expect((await remindedBy(await templateOf('appointment-reminder'))).status).toBe(201);
  });
});

describe('GET /v1/appointments', () => {
  it('200: what touches the time asked for, page by page, and nothing of another organization or a colleague', async () => {
    const hour = (n: number) => at('2026-05-04', `${String(8 + n).padStart(2, '0')}:00`);
    for (const n of [3, 0, 2, 1]) await book({ ...hour(n), customerId: n % 2 ? customers.burak : customers.ayse });
    await book({ ...hour(5), consultantId: selin.userId });
    const range = 'from=2026-05-04T08:30:00%2B03:00&to=2026-05-04T11:00:00%2B03:00';
    const { body } = await ask('GET', `/v1/appointments?${range}`);
    expect(body.data.map((row: { startsAt: string }) => row.startsAt)).toEqual([0, 1, 2].map((n) => hour(n).startsAt));
    const all = [];
    let cursor = '';
    do {
      const page = await ask('GET', `/v1/appointments?from=2026-05-04T00:00:00Z&limit=2${cursor}`);
      all.push(...page.body.data);
      cursor = page.body.nextCursor && `&cursor=${page.body.nextCursor}`;
    } while (cursor);
    expect(all.map((row) => row.startsAt)).toEqual([0, 1, 2, 3, 5].map((n) => hour(n).startsAt));
    const count = async (query: string, as?: typeof selin) =>
      (await ask('GET', `/v1/appointments?from=2026-05-04T00:00:00Z&${query}`, undefined, as)).body.data.length;
    expect(await count(`customerId=${customers.burak}`)).toBe(2);
    expect(await count(`consultantId=${selin.userId}`)).toBe(1);
    expect(await count('status=requested')).toBe(0);
    expect(await count('', selin)).toBe(1);
    expect(await count('', globex)).toBe(0);
    const foreign = await ask('GET', `/v1/appointments/${all[0].id}`, undefined, globex);
    expect(foreign.status).toBe(404);
    expect((await ask('GET', `/v1/appointments/${all[0].id}`, undefined, selin)).status).toBe(404);
  });
});

describe('POST /v1/appointments/check', () => {
  const day = '2026-06-02';
  const check = (body: object) =>
    ask('POST', '/v1/appointments/check', {
      customerId: customers.deniz,
      title: 'a',
      consultantId: selin.userId,
      ...body,
    });

  it('200: tells all that speaks against it, and books nothing', async () => {
    const free = await check(at(day, '10:00'));
    expect(free.body).toMatchObject({
      conflicts: [],
      outsideWorkingHours: [],
      daysOff: [],
      customerConflicts: [],
      alternatives: [],
    });
    const hours = [{ weekday: 2, from: '09:00', to: '12:00' }];
    await ask('PUT', '/v1/working-hours', { consultantId: selin.userId, hours });
    const off = await ask('POST', '/v1/days-off', {
      consultantId: 'organization',
      fromDate: day,
      from: '11:00',
      to: '12:00',
      reason: 'Bayram',
    });
    const other = await book({ ...at(day, '11:30'), customerId: customers.deniz });
    const own = await book({ ...at(day, '12:00'), consultantId: selin.userId });
    const { body } = await check(at(day, '11:30'));
    expect(body.conflicts.map((row: { appointment: { id: string } }) => row.appointment.id)).toEqual([own.body.id]);
    expect(body.customerConflicts[0].appointment.id).toBe(other.body.id);
    expect(body.outsideWorkingHours).toEqual([at(day, '11:30')]);
    expect(body.daysOff).toEqual([{ ...at(day, '11:30'), dayOff: { id: off.body.id, reason: 'Bayram' } }]);
    expect(body.alternatives[0]).toEqual(at(day, '10:00'));
    const moving = await check({ ...at(day, '12:15'), appointmentId: own.body.id });
    expect(moving.body.conflicts).toEqual([]);
    await ask('DELETE', `/v1/days-off/${off.body.id}`);
  });

  it('200: alternatives of a series are those at which all of it is free', async () => {
    await ask('PUT', '/v1/working-hours', {
      consultantId: selin.userId,
      hours: [{ weekday: 2, from: '09:00', to: '12:00' }],
    });
    await book({ ...at('2026-07-07', '09:00'), consultantId: selin.userId });
    await book({ ...at('2026-07-14', '10:00'), consultantId: selin.userId });
    const { body } = await check({ ...at('2026-07-07', '09:00'), recurrence: 'FREQ=WEEKLY;COUNT=3' });
    expect(body.occurrences).toHaveLength(3);
    expect(body.conflicts).toHaveLength(1);
    expect(body.alternatives[0]).toEqual(at('2026-07-07', '11:00'));
  });
});
