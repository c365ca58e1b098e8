import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { deleteCustomer } from '#src/customers/delete-customer.ts';
import { suppressionOf } from '#src/customers/is-suppressed.ts';
import { recordConsents } from '#src/customers/record-consents.ts';
import { updateCustomer } from '#src/customers/update-customer.ts';
import { suppressions } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { addCustomer, barOf, withdraw } from './consenting.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex } = world;
const { organizationId } = acme;

async function addAgreeing(values: Parameters<typeof addCustomer>[1] = {}) {
  const person = await addCustomer(acme, values);
  await recordConsents(acme.ctx, [{ customerId: person.id, channel: 'email', state: 'given', source: 'form' }]);
  return person;
}
const suppress = (values: Omit<typeof suppressions.$inferInsert, 'organizationId'>) =>
  world.ctx.db.insert(suppressions).values({ organizationId, ...values });

it('lets through who agreed, and nobody else', async () => {
  const { ayse, ceren, deniz } = world.customers;
  expect(await barOf(acme.ctx, ayse, 'yilmaz@example.com')).toBeNull();
  expect(await barOf(acme.ctx, deniz, 'celik@example.com')).toBe('no-consent');
  expect(await barOf(acme.ctx, ceren, 'kaya@example.com')).toBe('blacklisted');
});

it('fails closed: unknown, foreign, deleted, nobody, no address, and an outage throws', async () => {
  const person = await addAgreeing();
  expect(await barOf(acme.ctx, newId(), person.email)).toBe('customer-deleted');
  expect(await barOf(acme.ctx, null, person.email)).toBe('customer-deleted');
  expect(await barOf(globex.ctx, person.id, person.email)).toBe('customer-deleted');
  expect(await barOf(acme.ctx, person.id, null)).toBe('address-changed');
  await updateCustomer(acme.ctx, person.id, { email: null });
  expect(await barOf(acme.ctx, person.id, null)).toBe('address-changed');
  expect(await barOf(acme.ctx, person.id, person.email)).toBe('address-changed');
  await deleteCustomer(acme.ctx, person.id);
  expect(await barOf(acme.ctx, person.id, person.email)).toBe('customer-deleted');
  await world.ctx.db.execute(sql`alter table suppressions rename to elsewhere`);
  const asked = barOf(acme.ctx, world.customers.ayse, 'yilmaz@example.com');
  await expect(asked).rejects.toThrow();
  await world.ctx.db.execute(sql`alter table elsewhere rename to suppressions`);
});

it('sees both lists, by mail and by phone, until they expire; the graylist unless it is asked for', async () => {
  const people = await Promise.all([1, 2, 3, 4].map((n) => addAgreeing({ phone: `+90532222000${n}` })));
  const [byMail, byPhone, grayMail, grayPhone] = people as [(typeof people)[0], ...typeof people] & typeof people;
  await suppress({ email: byMail.email, level: 'blacklist' });
  await suppress({ phone: '+905322220002', level: 'blacklist' });
  const expiresAt = new Date(world.clock.now().getTime() + 3_600_000);
  await suppress({ email: grayMail!.email, level: 'graylist', expiresAt });
  await suppress({ phone: '+905322220004', level: 'graylist', expiresAt });
  for (const { id, email } of [byMail, byPhone!]) expect(await barOf(acme.ctx, id, email, true)).toBe('blacklisted');
  for (const { id, email } of [grayMail!, grayPhone!]) {
    expect(await barOf(acme.ctx, id, email)).toBe('graylisted');
    expect(await barOf(acme.ctx, id, email, true)).toBeNull();
  }
  world.clock.advance({ hours: 1 });
  for (const { id, email } of [grayMail!, grayPhone!]) expect(await barOf(acme.ctx, id, email)).toBeNull();
});

it('the address that was frozen counts: one that was closed since, one that is another’s now', async () => {
  const person = await addAgreeing();
  await updateCustomer(acme.ctx, person.id, { email: `new-${person.email}` });
  expect(await barOf(acme.ctx, person.id, person.email)).toBe('address-changed');
  await suppress({ email: person.email, level: 'blacklist', scope: 'email', reason: 'bounce' });
  expect(await barOf(acme.ctx, person.id, person.email)).toBe('unsubscribed');
  expect(await barOf(acme.ctx, person.id, `new-${person.email}`)).toBeNull();
});

it('what closes marketing mail does not close WhatsApp', async () => {
  const person = await addAgreeing({ phone: '+905322220009' });
  await withdraw(acme, person);
  const asked = { organizationId, customerId: person.id, phone: '+905322220009', email: person.email };
  expect(await suppressionOf(world.ctx, { ...asked, includeGraylisted: false })).toBeNull();
});

it('is asked of every row of a statement, by index, however many are suppressed', async () => {
  await world.ctx.db.execute(sql`
    insert into suppressions (organization_id, email, level, scope, reason)
    select ${organizationId}, 'closed' || n || '@example.com', 'blacklist', 'email', 'unsubscribe' from generate_series(1, 5000) n`);
  await world.ctx.db.execute(sql`
    insert into customers (organization_id, first_name, email)
    select ${organizationId}, 'C', 'crowd' || n || '@example.com' from generate_series(1, 5000) n`);
  const { emailBarSql } = await import('#src/customers/email-bar-sql.ts');
  const bar = emailBarSql(world.clock.now(), {
    organizationId,
    customerId: sql`picked.id`,
    address: sql`picked.email`,
    includeGraylisted: sql`null`,
  });
  const explain = async () => {
    const plan = await world.ctx.db.execute<{ 'QUERY PLAN': string }>(sql`
      explain select picked.id, ${bar} as bar from (select id, email from customers where first_name = 'C' limit 100) picked`);
    return plan.map((line) => line['QUERY PLAN']).join('\n');
  };
  // right after an import, before anything was counted
  expect(await explain()).toContain('customers_pkey');
  await world.ctx.db.execute(sql`analyze customers, suppressions`);
  const text = await explain();
  expect(text).toContain('customers_pkey');
  expect(text).toContain('suppressions_email_key');
  expect(text).not.toMatch(/Seq Scan on suppressions/);
  expect(text.match(/Seq Scan on customers/g) ?? []).toHaveLength(1);
});
