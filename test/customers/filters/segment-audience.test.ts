import { eq } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { customers } from '#src/db/schema/customers.ts';
import { emailBody, emailScene } from '#test/campaigns/email-scene.ts';
import { openInstance, startQuickSimulator } from '#test/campaigns/stage.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
const world = await emailScene();
const simulator = await startQuickSimulator();
afterAll(async () => {
  await simulator.close();
  await world[Symbol.asyncDispose]();
});
const { acme } = world;
const { ayse, burak, ceren, deniz } = world.customers;
await openInstance(world.ctx, acme, simulator);
const tag = (id: string, tags: string[]) => world.ctx.db.update(customers).set({ tags }).where(eq(customers.id, id));
const json = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Json> =>
  (await acme.call(method, path, body)).json();
const segment = async (name: string, value: string) =>
  (await json('POST', '/v1/segments', { name, filter: { field: 'tag', value: [value] } })).id;
const names = async (id: string): Promise<string[]> =>
  (await json('GET', `/v1/campaigns/${id}/recipients`)).data.map(({ name }: Json) => name.split(' ')[0]).sort();
const LATER = '2026-03-02T18:00:00+03:00';

it('201: a campaign takes who is in its segments when it is made, each once, beside groups and customers; who joins later does not', async () => {
  await Promise.all([tag(ayse, ['a', 'b']), tag(burak, ['a']), tag(ceren, ['b'])]);
  const [a, b] = [await segment('A', 'a'), await segment('B', 'b')];
  const body = {
    name: 'K',
    channel: 'whatsapp',
    text: 'Merhaba',
    startAt: LATER,
    audience: { segmentIds: [a, b], customerIds: [ayse] },
  };
  const quote = await json('POST', '/v1/campaigns/quote', body);
  expect(quote).toMatchObject({
    recipientCount: 2,
    excluded: [{ reason: 'blacklisted', count: 1 }],
    creditsRequired: 2,
  });
  const { id, recipientCount } = await json('POST', '/v1/campaigns', body);
  expect(recipientCount).toBe(2);
  await tag(deniz, ['a']);
  expect(await names(id)).toEqual(['Ayşe', 'Burak']);
  const refused = await acme.call('DELETE', `/v1/segments/${a}`);
  expect({ status: refused.status, body: await refused.json() }).toMatchObject({
    status: 409,
    body: { code: 'segment-in-use', campaignIds: [id] },
  });
  expect(await json('POST', `/v1/campaigns/${id}/recipients`, { segmentIds: [a] })).toMatchObject({
    recipientCount: 3,
    credits: { held: 3 },
  });
  expect(await names(id)).toEqual(['Ayşe', 'Burak', 'Deniz']);
  expect(await json('DELETE', `/v1/campaigns/${id}/recipients`, { segmentIds: [b] })).toMatchObject({
    recipientCount: 2,
    credits: { held: 2 },
  });
  expect(await names(id)).toEqual(['Burak', 'Deniz']);
  await acme.call('POST', `/v1/campaigns/${id}/cancel`);
  expect((await acme.call('DELETE', `/v1/segments/${a}`)).status).toBe(204);
  expect(await names(id)).toEqual(['Burak', 'Deniz']);
});

it('201: a mailing to a segment goes to those in it who agreed', async () => {
  await Promise.all([tag(ayse, ['m']), tag(deniz, ['m'])]);
  const audience = { segmentIds: [await segment('M', 'm')] };
  const campaign = await json('POST', '/v1/campaigns', emailBody(world, null, { audience, startAt: LATER }));
  expect(campaign).toMatchObject({ recipientCount: 1, excluded: [{ reason: 'no-consent', count: 1 }] });
  expect(await names(campaign.id)).toEqual(['Ayşe']);
});

it('409: a segment with nobody in it is nobody to write to', async () => {
  const audience = { segmentIds: [await segment('Boş', 'nobody')] };
  const refused = await json('POST', '/v1/campaigns', { name: 'K', channel: 'whatsapp', text: 'Merhaba', audience });
  expect(refused).toMatchObject({ status: 409, code: 'no-recipients' });
});
