import { eq } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { transitions } from '#src/appointments/appointment.ts';
import { changeStatus } from '#src/appointments/change-status.ts';
import { activities } from '#src/db/schema/activities.ts';
import { appointmentStatuses, appointments } from '#src/db/schema/appointments.ts';
import { liveEvents } from '#src/db/schema/live.ts';
import { createWorld } from '#test/support/world.ts';
import { at, openDesk } from './desk.ts';

const world = await createWorld({ now: '2026-03-02T06:00:00Z' });
afterAll(() => world[Symbol.asyncDispose]());
const { ask, book, selin } = await openDesk(world);
const { acme, globex, customers } = world;
const step = (id: string, name: string, body: object = {}, as: typeof acme = acme) =>
  ask('POST', `/v1/appointments/${id}/${name}`, body, as);

describe('statuses', () => {
  const paths = {
    approve: 'POST /v1/appointments/{id}/approve',
    decline: 'POST /v1/appointments/{id}/decline',
    cancel: 'POST /v1/appointments/{id}/cancel',
    done: 'POST /v1/appointments/{id}/done',
    'no-show': 'POST /v1/appointments/{id}/no-show',
  };
  it.each(Object.keys(paths) as (keyof typeof paths)[])(
    '200 and 409: %s from every status, as the table has it',
    async (name) => {
      const { body } = await book({ ...at('2026-03-01', '10:00'), consultantId: null });
      for (const status of appointmentStatuses) {
        await world.ctx.db.update(appointments).set({ status }).where(eq(appointments.id, body.id));
        const { to, from } = transitions[name];
        const answer = await step(body.id, name);
        const allowed = status === to || from.includes(status);
        expect([status, answer.status]).toEqual([status, allowed ? 200 : 409]);
        if (allowed) expect(answer.body.status).toBe(to);
        else expect(answer.body).toMatchObject({ code: 'conflict', appointmentStatus: status });
      }
      expect((await step(body.id, name, {}, globex)).status).toBe(404);
      expect((await step(body.id, name, {}, selin)).status).toBe(404);
    },
  );

  it('200: what is so already stays so, and nobody is told', async () => {
    const { body } = await book({ ...at('2026-03-03', '10:00'), requiresApproval: true });
    expect(body.status).toBe('requested');
    await step(body.id, 'approve');
    const again = await step(body.id, 'approve');
    expect(again.body).toMatchObject({
      status: 'approved',
      version: 2,
      approvedBy: 'user',
      approvedAt: '2026-03-02T06:00:00.000Z',
    });
    const told = await world.ctx.db.select().from(activities).where(eq(activities.subjectId, body.id));
    expect(told.map((row) => row.verb)).toEqual(['appointments.book', 'appointments.approve']);
    const live = (await world.ctx.db.select().from(liveEvents)).filter((row) => row.data.appointmentId === body.id);
    expect(live.map((row) => row.type).sort()).toEqual([
      'appointment.approved',
      'appointment.created',
      'appointment.requested',
    ]);
    const approved = live.find((row) => row.type === 'appointment.approved')!;
    expect(approved.data).toMatchObject({ status: 'approved', version: 2, customerId: customers.ayse, by: 'user' });
  });

  it('409: done and no-show only of what has begun', async () => {
    const { body } = await book(at('2026-03-03', '12:00'));
    for (const name of ['done', 'no-show']) expect((await step(body.id, name)).body.code).toBe('conflict');
  });

  it('409 appointment-conflict: a cancelled one comes back only if its time is still free', async () => {
    const first = await book(at('2026-03-04', '10:00'));
    await step(first.body.id, 'cancel', { reason: 'Hasta' });
    const second = await book(at('2026-03-04', '10:30'));
    expect(second.status).toBe(201);
    const back = await step(first.body.id, 'approve');
    expect(back.body).toMatchObject({
      code: 'appointment-conflict',
      conflicts: [{ appointment: { id: second.body.id } }],
    });
    expect(back.body.alternatives.length).toBeGreaterThan(0);
    await step(second.body.id, 'decline');
    expect((await step(first.body.id, 'approve')).body).toMatchObject({ status: 'approved', statusReason: null });
  });

  it('200: the customer himself, by his link', async () => {
    const { body } = await book({ ...at('2026-03-05', '10:00'), requiresApproval: true });
    await changeStatus(acme.ctx, body.id, 'approve', { byCustomer: true });
    expect((await ask('GET', `/v1/appointments/${body.id}`)).body).toMatchObject({
      status: 'approved',
      approvedBy: 'customer',
      statusBy: 'customer',
    });
  });
});

describe('PATCH /v1/appointments/{id}', () => {
  const patch = (id: string, body: object, as: typeof acme = acme) => ask('PATCH', `/v1/appointments/${id}`, body, as);

  it('200: what is left out stays; a note raises no version; nothing different is nothing done', async () => {
    const { body } = await book({ ...at('2026-03-06', '10:00'), place: 'Ofis' });
    const moved = await patch(body.id, { startsAt: at('2026-03-06', '12:00').startsAt });
    expect(moved.body).toMatchObject({ ...at('2026-03-06', '12:00'), place: 'Ofis', version: 2 });
    expect((await patch(body.id, { note: 'Kapı kodu 1234' })).body.version).toBe(2);
    expect((await patch(body.id, { place: null, version: 2 })).body).toMatchObject({ place: null, version: 3 });
    const before = (await ask('GET', '/v1/activities?limit=200')).body.data.length;
    expect((await patch(body.id, { ...at('2026-03-06', '12:00'), title: 'Görüşme' })).body.version).toBe(3);
    expect((await ask('GET', '/v1/activities?limit=200')).body.data.length).toBe(before);
    expect((await patch(body.id, { title: 'x', version: 2 })).body.errors[0].path).toBe('version');
    expect((await patch(body.id, { title: 'x' }, globex)).status).toBe(404);
    expect((await patch(body.id, { consultantId: globex.userId })).status).toBe(400);
    expect((await patch(body.id, { endsAt: at('2026-03-06', '12:00').startsAt })).body.errors[0].path).toBe('endsAt');
  });

  it('409: moving, a longer buffer and another consultant all mind who is there', async () => {
    const [a, b] = [await book(at('2026-03-09', '10:00')), await book(at('2026-03-09', '11:00'))];
    const c = await book({ ...at('2026-03-09', '11:30'), consultantId: selin.userId });
    const changes = [
      [a.body.id, { startsAt: at('2026-03-09', '10:15').startsAt }],
      [a.body.id, { bufferMinutes: 1 }],
      [c.body.id, { consultantId: acme.userId }],
    ] as const;
    for (const [id, change] of changes) {
      const answer = await patch(id, change);
      expect(answer.body).toMatchObject({
        code: 'appointment-conflict',
        conflicts: [{ appointment: { id: b.body.id } }],
      });
    }
    expect((await patch(a.body.id, { consultantId: selin.userId, bufferMinutes: 30 })).status).toBe(200);
  });

  it('200: moved, it has to be approved again; not where the customer asked for that very time', async () => {
    const { body } = await book({ ...at('2026-03-10', '10:00'), requiresApproval: true });
    await step(body.id, 'approve');
    expect((await patch(body.id, at('2026-03-10', '11:00'))).body).toMatchObject({
      status: 'requested',
      approvedAt: null,
    });
    const proposed = at('2026-03-10', '15:00');
    const propose = () =>
      world.ctx.db
        .update(appointments)
        .set({
          proposedStartAt: new Date(proposed.startsAt),
          proposedEndAt: new Date(proposed.endsAt),
          proposedAt: world.clock.now(),
        })
        .where(eq(appointments.id, body.id));
    await propose();
    expect((await patch(body.id, { proposal: null })).body).toMatchObject({ proposal: null, status: 'requested' });
    await propose();
    expect((await patch(body.id, proposed)).body).toMatchObject({
      status: 'approved',
      approvedBy: 'customer',
      proposal: null,
    });
  });

  it('DELETE /v1/appointments/{id} 204: as if it had never been', async () => {
    const { body } = await book(at('2026-03-11', '10:00'));
    expect((await ask('DELETE', `/v1/appointments/${body.id}`, undefined, globex)).status).toBe(404);
    expect((await ask('DELETE', `/v1/appointments/${body.id}`)).status).toBe(204);
    expect((await ask('GET', `/v1/appointments/${body.id}`)).status).toBe(404);
    expect((await book(at('2026-03-11', '10:30'))).status).toBe(201);
  });
});
