import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { recordConsents } from '#src/customers/record-consents.ts';
import { putWell } from '#test/files/filing.ts';
import { pdf } from '#test/files/samples.ts';
import { createWorld } from '#test/support/world.ts';

it('200: everything that is held of one person, a section a kind, named in both languages, however much it is; of nobody else', async () => {
  await using world = await createWorld();
  const { acme, customers } = world;
  const { ayse, burak } = customers;
  await acme.call('PATCH', `/v1/customers/${ayse}`, {
    note: 'Özel not',
    emails: [{ email: 'iki@example.com', label: 'iş' }],
  });
  await acme.call('POST', '/v1/suppressions', { email: 'iki@example.com', level: 'graylist' });
  await recordConsents(acme.ctx, [{ customerId: ayse, channel: 'sms', state: 'withdrawn', source: 'call' }]);
  await putWell(acme, ayse, pdf(1), { name: 'sözleşme.pdf' });
  await putWell(acme, burak, pdf(2), { name: 'başkasının.pdf' });
  await world.ctx.db.execute(sql`
    insert into messages (organization_id, user_id, customer_id, direction, status, kind, address, body, said_at)
    select ${acme.organizationId}, ${acme.userId}, ${ayse}, 'in', 'received', 'text', '+905321110001', 'söz ' || n, now() from generate_series(1, 1200) n`);
  const answer = await acme.call('GET', `/v1/customers/${ayse}/export`);
  expect(answer.headers.get('content-disposition')).toContain(`customer-${ayse}.json`);
  const text = await answer.text();
  expect(text).not.toContain('başkasının');
  const { sections, organization } = JSON.parse(text);
  expect(organization).toMatchObject({ id: acme.organizationId });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
  const recordsOf = (key: string): any[] => sections.find((one: { key: string }) => one.key === key).records;
  expect(recordsOf('profile')).toMatchObject([{ id: ayse, note: 'Özel not', phone: '+905321110001' }]);
  expect(recordsOf('suppressions')).toMatchObject([{ address: 'iki@example.com', level: 'graylist' }]);
  expect(recordsOf('customerAddresses')).toHaveLength(3);
  expect(recordsOf('messages')).toHaveLength(1200);
  expect(new Set(recordsOf('messages').map(({ body }) => body)).size).toBe(1200);
  expect(recordsOf('messages')[0].saidAt).toMatch(/Z$/);
  expect(
    recordsOf('consents')
      .map(({ channel }) => channel)
      .sort(),
  ).toEqual(['email', 'sms']);
  const [file] = recordsOf('customerFiles');
  expect((await acme.call('GET', file.content)).status).toBe(200);
  for (const { label } of sections) expect(label).toEqual({ tr: expect.any(String), en: expect.any(String) });
  expect((await acme.call('HEAD', `/v1/customers/${ayse}/export`)).status).toBe(200);
  await acme.call('DELETE', `/v1/customers/${ayse}`);
  expect((await acme.call('GET', `/v1/customers/${ayse}/export`)).status).toBe(200);
  expect((await world.globex.call('GET', `/v1/customers/${ayse}/export`)).status).toBe(404);
});
