import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { recordConsents } from '#src/customers/record-consents.ts';
import { createWorld } from '#test/support/world.ts';
import { addCustomer, withdraw } from './consenting.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex } = world;
const HEADER = 'recipient,recipientType,type,status,source,consentDate';
const read = async (query = '', member = acme): Promise<string[]> => {
  const answer = await member.call('GET', `/v1/consents/iys.csv${query}`);
  expect(answer.status).toBe(200);
  const lines = (await answer.text()).split('\r\n');
  expect([lines[0], lines.at(-1)]).toEqual([HEADER, '']);
  return lines.slice(1, -1);
};
const give = (customerId: string, more: object = {}) =>
  recordConsents(acme.ctx, [{ customerId, channel: 'email', state: 'given', source: 'HS_WEB', ...more }]);

it('GET /v1/consents/iys.csv: what holds, in the words and the time of İYS', async () => {
  const answer = await acme.call('GET', '/v1/consents/iys.csv');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="iys.csv"');
  await answer.body?.cancel();
  const people = await Promise.all([1, 2, 3].map(() => addCustomer(acme)));
  const [agreed, left, back] = people as [(typeof people)[0], ...typeof people] & typeof people;
  await give(agreed.id, { source: 'Fuar', givenAt: new Date('2026-02-01T22:30:05Z') });
  await give(left!.id);
  world.clock.advance({ minutes: 1 });
  await withdraw(acme, left!);
  await give(left!.id, { source: 'import' });
  await give(back!.id, { state: 'withdrawn' });
  await give(back!.id, { source: 'anything' });
  const own = (await read()).filter((line) => line.startsWith('person'));
  expect(new Set(own)).toEqual(
    new Set([
      `${agreed.email},BIREYSEL,EPOSTA,ONAY,HS_ETKINLIK,2026-02-02 01:30:05`,
      `${left!.email},BIREYSEL,EPOSTA,RET,HS_EPOSTA,2026-03-02 12:01:00`,
      `${back!.email},BIREYSEL,EPOSTA,ONAY,,2026-03-02 12:01:00`,
    ]),
  );
  expect(await read('', globex)).toEqual([]);
});

it('by channel, by when it was recorded, and for merchants; no address that is gone or changed', async () => {
  world.clock.set('2026-03-10T09:00:00Z');
  const [talker, changed, gone] = [
    await addCustomer(acme, { phone: '+905324445566' }),
    await addCustomer(acme),
    await addCustomer(acme),
  ];
  await give(talker.id, { channel: 'sms', source: 'HS_MESAJ', givenAt: new Date('2026-01-01') });
  await give(talker.id, { channel: 'whatsapp' });
  for (const { id } of [changed, gone]) await give(id);
  await acme.call('PATCH', `/v1/customers/${changed.id}`, { email: 'other@example.com' });
  await acme.call('DELETE', `/v1/customers/${gone.id}`);
  const from = '?from=2026-03-10T00:00:00Z';
  const sms = '+905324445566,BIREYSEL,MESAJ,ONAY,HS_MESAJ,2026-01-01 03:00:00';
  expect(await read(from)).toEqual([sms]);
  expect(await read('?channel=sms')).toEqual([sms]);
  expect(await read(`${from}&to=2026-03-10T09:00:00Z`)).toEqual([]);
  expect(await read('?channel=whatsapp&recipientType=TACIR')).toEqual([
    '+905324445566,TACIR,MESAJ,ONAY,HS_WEB,2026-03-10 12:00:00',
  ]);
  const refused = await acme.call('GET', `/v1/consents/iys.csv${from}&to=2026-03-10T00:00:00Z`);
  expect((await refused.json()).errors.map((e: { path: string }) => e.path)).toEqual(['to']);
  expect((await world.call('GET', '/v1/consents/iys.csv')).status).toBe(401);
});

it('an address that looks like a formula is none, and pages follow one another without loss', async () => {
  const rows = await world.ctx.db.execute<{ id: string }>(sql`
    insert into customers (organization_id, first_name, email)
    select ${acme.organizationId}, 'M', '+many' || n || '@example.com' from generate_series(1, 4500) n returning id`);
  await recordConsents(
    acme.ctx,
    rows.map(({ id }) => ({ customerId: id, channel: 'email', state: 'given', source: 'HS_WEB' }) as const),
  );
  const lines = (await read()).filter((line) => line.includes('+many'));
  expect(new Set(lines).size).toBe(4500);
  expect(lines.every((line) => line.startsWith("'+many"))).toBe(true);
});
