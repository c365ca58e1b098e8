import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const consentsOf = (id: string) => `/v1/customers/${id}/consents`;

describe('consents of a customer', () => {
  it('201: what is recorded holds at once, and the history keeps both decisions, latest first', async () => {
    const { acme, customers } = world;
    const given = { channel: 'email', state: 'given', source: 'HS_WEB', text: 'Kampanyalardan haberdar olmak isterim' };
    const first = await acme.call('POST', `/v1/customers/${customers.deniz}/consents`, given);
    expect(first.status).toBe(201);
    expect(await first.json()).toMatchObject({ channel: 'email', state: 'given', source: 'HS_WEB' });
    const read = async () => (await acme.call('GET', `/v1/customers/${customers.deniz}`)).json();
    expect((await read()).marketingConsent).toMatchObject({ email: true });
    world.clock.advance({ minutes: 1 });
    await acme.call('POST', consentsOf(customers.deniz), {
      channel: 'email',
      state: 'withdrawn',
      source: 'phone call',
    });
    expect((await read()).marketingConsent).toMatchObject({ email: false });
    const { data } = await (await acme.call('GET', `/v1/customers/${customers.deniz}/consents`)).json();
    expect(data.map((row: { state: string }) => row.state)).toEqual(['withdrawn', 'given']);
  });

  it('an older decision that is recorded later changes nothing', async () => {
    const { acme, customers } = world;
    const body = { channel: 'email', state: 'given', source: 'fair', givenAt: '2025-01-01T10:00:00+03:00' };
    expect((await acme.call('POST', consentsOf(customers.deniz), body)).status).toBe(201);
    const { marketingConsent } = await (await acme.call('GET', `/v1/customers/${customers.deniz}`)).json();
    expect(marketingConsent.email).toBe(false);
  });

  it('404: another organization’s customer; 400: what is no decision', async () => {
    const { globex, acme, customers } = world;
    const body = { channel: 'email', state: 'given', source: 'x' };
    expect((await globex.call('POST', consentsOf(customers.ayse), body)).status).toBe(404);
    expect((await globex.call('GET', consentsOf(customers.ayse))).status).toBe(404);
    expect((await globex.call('GET', `/v1/customers/${customers.ayse}/consents/export`)).status).toBe(404);
    expect((await acme.call('POST', consentsOf(customers.ayse), { ...body, state: 'maybe' })).status).toBe(400);
  });

  it('200: the evidence of one customer as a download', async () => {
    const answer = await world.acme.call('GET', `/v1/customers/${world.customers.ayse}/consents/export`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    const { consents } = await answer.json();
    expect(consents).toHaveLength(1);
    expect(consents[0]).toMatchObject({ channel: 'email', state: 'given', source: 'HS_WEB' });
  });
});

it('GET /v1/consents/iys.csv: a line for each customer’s latest decision, in Turkish time; nobody else’s', async () => {
  const given = { channel: 'email', state: 'given', source: 'HS_WEB', givenAt: '2026-01-06T10:00:00+00:00' };
  await world.acme.call('POST', consentsOf(world.customers.burak), given);
  const answer = await world.acme.call('GET', '/v1/consents/iys.csv');
  expect(answer.status).toBe(200);
  const lines = (await answer.text()).trim().split(/\r?\n/);
  expect(lines[0]).toContain('recipient');
  expect(lines.find((line) => line.includes('demir@example.com'))).toMatch(/ONAY.*HS_WEB.*2026-01-06 13:00:00/);
  expect(lines.find((line) => line.includes('celik@example.com'))).toMatch(/RET/);
  const others = await (await world.globex.call('GET', '/v1/consents/iys.csv')).text();
  expect(others).not.toContain('@example.com');
});
