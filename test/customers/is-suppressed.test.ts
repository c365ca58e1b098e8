import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { deleteCustomer } from '#src/customers/delete-customer.ts';
import { suppressionOf } from '#src/customers/is-suppressed.ts';
import { updateCustomer } from '#src/customers/update-customer.ts';
import { suppressions } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld, type World } from '#test/support/world.ts';

const PHONE = '+905321110001';
type Asked = Partial<Parameters<typeof suppressionOf>[1]>;

const ask = (world: World, asked: Asked = {}) =>
  suppressionOf(world.ctx, {
    organizationId: world.acme.organizationId,
    customerId: world.customers.ayse,
    phone: PHONE,
    email: null,
    includeGraylisted: false,
    ...asked,
  });
const suppress = (
  world: World,
  values: Omit<typeof suppressions.$inferInsert, 'organizationId'>,
  organizationId = world.acme.organizationId,
) => world.ctx.db.insert(suppressions).values({ ...values, organizationId });

it('lets through who may be written to', async () => {
  await using world = await createWorld();
  expect(await ask(world)).toBeNull();
  expect(await ask(world, { customerId: null, phone: '+905329999999' })).toBeNull();
});

it('sees the blacklist by phone, by the email frozen, and by the email of today', async () => {
  await using world = await createWorld();
  expect(await ask(world, { customerId: world.customers.ceren, phone: '+905321110003' })).toBe('blacklisted');
  expect(await ask(world, { customerId: null, phone: '+905321110003' })).toBe('blacklisted');
  await suppress(world, { email: 'old@example.com', level: 'blacklist' });
  expect(await ask(world, { email: 'old@example.com' })).toBe('blacklisted');
  expect(await ask(world)).toBeNull();
  await suppress(world, { email: 'yilmaz@example.com', level: 'blacklist' });
  expect(await ask(world)).toBe('blacklisted');
});

it('keeps to the graylist unless it is asked for, and until it expires', async () => {
  await using world = await createWorld({ now: '2026-03-02T09:00:00Z' });
  await suppress(world, { phone: PHONE, level: 'graylist', expiresAt: new Date('2026-03-02T10:00:00Z') });
  expect(await ask(world)).toBe('graylisted');
  expect(await ask(world, { includeGraylisted: true })).toBeNull();
  world.clock.advance({ hours: 1 });
  expect(await ask(world)).toBeNull();
});

it('notices a new phone, and looks for suppressions under both', async () => {
  await using world = await createWorld();
  await updateCustomer(world.acme.ctx, world.customers.ayse, { phone: '0532 999 99 99' });
  expect(await ask(world)).toBe('phone-changed');
  await suppress(world, { phone: '+905329999999', level: 'blacklist' });
  expect(await ask(world)).toBe('blacklisted');
});

it('fails closed: deleted, unknown and foreign customers are not written to, and an outage throws', async () => {
  await using world = await createWorld();
  expect(await ask(world, { customerId: newId() })).toBe('customer-deleted');
  expect(await ask(world, { organizationId: world.globex.organizationId })).toBe('customer-deleted');
  await deleteCustomer(world.acme.ctx, world.customers.ayse);
  expect(await ask(world)).toBe('customer-deleted');
  await world.ctx.db.execute(sql`alter table suppressions rename to elsewhere`);
  await expect(ask(world)).rejects.toThrow();
});

it('does not mind another organization’s suppressions', async () => {
  await using world = await createWorld();
  await suppress(world, { phone: PHONE, level: 'blacklist' }, world.globex.organizationId);
  expect(await ask(world)).toBeNull();
});
