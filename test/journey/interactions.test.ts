import { afterAll, expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex, customers } = world;
const { ayse } = customers;
const contacted = async () => {
  const { rows } = {
    rows: await world.ctx.db.query.customers.findMany({ where: (c, { eq }) => eq(c.id, ayse) }),
  };
  return [rows[0]!.lastContactedAt?.toISOString() ?? null, rows[0]!.lastContactedChannel];
};

it('201: notes what happened and moves the last contact forward, never back', async () => {
  const call = {
    kind: 'call',
    direction: 'out',
    happenedAt: '2026-03-01T10:00:00+03:00',
    durationMinutes: 3,
    outcome: 'Ulaşıldı',
  };
  const made = await (await acme.call('POST', `/v1/customers/${ayse}/interactions`, call)).json();
  expect(made).toMatchObject({ ...call, happenedAt: '2026-03-01T07:00:00.000Z', text: null, user: { name: 'acme' } });
  expect(await contacted()).toEqual(['2026-03-01T07:00:00.000Z', 'call']);
  await acme.call('POST', `/v1/customers/${ayse}/interactions`, {
    kind: 'visit',
    happenedAt: '2026-02-01T10:00:00+03:00',
  });
  await acme.call('POST', `/v1/customers/${ayse}/interactions`, { kind: 'note', text: 'Işıl Hanım’ın kardeşi' });
  expect(await contacted()).toEqual(['2026-03-01T07:00:00.000Z', 'call']);
  const meeting = await (await acme.call('POST', `/v1/customers/${ayse}/interactions`, { kind: 'meeting' })).json();
  expect(meeting.happenedAt).toBe(world.clock.now().toISOString());
  expect(await contacted()).toEqual([world.clock.now().toISOString(), 'meeting']);
  const { data } = await (await acme.call('GET', `/v1/customers/${ayse}/interactions?limit=2`)).json();
  expect(data.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['meeting', 'note']);
});

it('200: corrected and taken back by who noted it or an owner; 403 by a colleague', async () => {
  const { id } = await (
    await acme.call('POST', `/v1/customers/${ayse}/interactions`, { kind: 'call', outcome: 'x' })
  ).json();
  const changed = await acme.call('PATCH', `/v1/customers/${ayse}/interactions/${id}`, {
    outcome: null,
    text: 'Yarın arayacak',
  });
  expect(await changed.json()).toMatchObject({ kind: 'call', outcome: null, text: 'Yarın arayacak' });
  const person = {
    email: 'selin@example.com',
    name: 'Selin',
    password: 'correct horse battery',
    role: 'consultant',
  } as const;
  await acme.call('POST', '/v1/organization/members', person);
  const { token } = await (
    await world.call('POST', '/v1/auth/sign-in/email', { email: person.email, password: person.password })
  ).json();
  const selin = { authorization: `Bearer ${token}` };
  expect((await world.call('PATCH', `/v1/customers/${ayse}/interactions/${id}`, { text: 'Hayır' }, selin)).status).toBe(
    403,
  );
  expect((await world.call('DELETE', `/v1/customers/${ayse}/interactions/${id}`, undefined, selin)).status).toBe(403);
  const own = await (
    await world.call('POST', `/v1/customers/${ayse}/interactions`, { kind: 'note', text: 'Selin' }, selin)
  ).json();
  expect((await acme.call('DELETE', `/v1/customers/${ayse}/interactions/${own.id}`)).status).toBe(204);
  expect((await acme.call('DELETE', `/v1/customers/${ayse}/interactions/${id}`)).status).toBe(204);
  expect((await acme.call('GET', `/v1/customers/${ayse}/interactions/${id}`)).status).toBe(404);
});

it('400: in the future, or an empty note; 404: another organization’s', async () => {
  expect(
    (
      await acme.call('POST', `/v1/customers/${ayse}/interactions`, {
        kind: 'call',
        happenedAt: '2026-03-03T10:00:00+03:00',
      })
    ).status,
  ).toBe(400);
  expect((await acme.call('POST', `/v1/customers/${ayse}/interactions`, { kind: 'note' })).status).toBe(400);
  expect(
    (await acme.call('POST', `/v1/customers/${ayse}/interactions`, { kind: 'call', durationMinutes: 100_000 })).status,
  ).toBe(400);
  expect((await globex.call('POST', `/v1/customers/${ayse}/interactions`, { kind: 'call' })).status).toBe(404);
  expect((await globex.call('GET', `/v1/customers/${ayse}/interactions`)).status).toBe(404);
});
