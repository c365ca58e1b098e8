import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { type AudienceRow, audienceSql, checkAudience } from '#src/customers/audience-query.ts';
import { deleteCustomer } from '#src/customers/delete-customer.ts';
import type { Audience } from '#src/db/schema/campaigns.ts';
import { customers, suppressions } from '#src/db/schema/customers.ts';
import { groupMembers, groups } from '#src/db/schema/groups.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

const select = async ({ ctx }: Member, audience: Audience): Promise<AudienceRow[]> => [
  ...(await ctx.db.execute<AudienceRow>(
    sql`select * from (${await audienceSql(ctx, audience, 'whatsapp')}) a order by customer_id`,
  )),
];
const exclusions = async (member: Member, audience: Audience) =>
  Object.fromEntries((await select(member, audience)).map((row) => [row.customer_id, row.exclusion]));

async function addGroup({ ctx }: Member, customerIds: string[]): Promise<string> {
  const id = newId();
  await ctx.db.insert(groups).values({ id, organizationId: ctx.organizationId, name: id });
  if (customerIds.length > 0)
    await ctx.db
      .insert(groupMembers)
      .values(customerIds.map((customerId) => ({ groupId: id, customerId, organizationId: ctx.organizationId })));
  return id;
}

async function addCustomer({ ctx }: Member, values: Partial<typeof customers.$inferInsert>): Promise<string> {
  const id = newId();
  await ctx.db.insert(customers).values({ firstName: 'X', ...values, id, organizationId: ctx.organizationId });
  return id;
}

it('gives every customer of groups and ids once, with what a campaign needs', async () => {
  await using world = await createWorld();
  const { acme } = world;
  const { ayse, burak, deniz } = world.customers;
  const groupIds = [await addGroup(acme, [ayse, burak]), await addGroup(acme, [ayse])];
  const rows = await select(acme, { groupIds, customerIds: [burak, deniz, deniz] });
  expect(rows.map((row) => row.customer_id)).toEqual([ayse, burak, deniz].sort());
  expect(rows.find((row) => row.customer_id === ayse)).toEqual({
    customer_id: ayse,
    first_name: 'Ayşe',
    last_name: 'Yilmaz',
    phone: '+905321110001',
    email: 'yilmaz@example.com',
    country_code: 'TR',
    cold: true,
    exclusion: null,
  });
});

it('keeps out whom a campaign must not write to, and says why', async () => {
  await using world = await createWorld();
  const { acme } = world;
  const { ayse, burak, ceren, deniz } = world.customers;
  const { organizationId } = acme;
  const noPhone = await addCustomer(acme, { email: 'only@example.com' });
  await world.ctx.db.insert(suppressions).values([
    { organizationId, email: 'demir@example.com', level: 'blacklist' },
    { organizationId, phone: '+905321110004', level: 'graylist' },
    { organizationId, phone: '+905321110003', level: 'graylist' },
  ]);
  const audience = { customerIds: [ayse, burak, ceren, deniz, noPhone] };
  const expected = {
    [ayse]: null,
    [burak]: 'blacklisted',
    [ceren]: 'blacklisted',
    [deniz]: 'graylisted',
    [noPhone]: 'no-phone',
  };
  expect(await exclusions(acme, audience)).toEqual(expected);
  expect(await exclusions(acme, { ...audience, includeGraylisted: true })).toEqual({ ...expected, [deniz]: null });
});

it('counts a suppression until the instant it expires', async () => {
  await using world = await createWorld({ now: '2026-03-02T09:00:00Z' });
  const { acme, customers } = world;
  const expiresAt = new Date('2026-03-02T10:00:00Z');
  await world.ctx.db
    .insert(suppressions)
    .values({ organizationId: acme.organizationId, phone: '+905321110001', level: 'graylist', expiresAt });
  const exclusion = async () => (await select(acme, { customerIds: [customers.ayse] }))[0]?.exclusion;
  world.clock.set('2026-03-02T09:59:59.999Z');
  expect(await exclusion()).toBe('graylisted');
  world.clock.set('2026-03-02T10:00:00Z');
  expect(await exclusion()).toBeNull();
});

it('never shows what is deleted, or another organization’s: customers, groups, suppressions', async () => {
  await using world = await createWorld();
  const { acme, globex } = world;
  const { ayse, burak } = world.customers;
  const group = await addGroup(acme, [ayse, burak]);
  expect(await select(globex, { groupIds: [group], customerIds: [ayse] })).toEqual([]);
  await world.ctx.db
    .insert(suppressions)
    .values({ organizationId: globex.organizationId, phone: '+905321110001', level: 'blacklist' });
  await deleteCustomer(acme.ctx, burak);
  expect(await exclusions(acme, { groupIds: [group], customerIds: [burak] })).toEqual({ [ayse]: null });
});

it('writes to a phone once, even if two living customers came to share it', async () => {
  await using world = await createWorld();
  const { acme } = world;
  await world.ctx.db.execute(sql`drop index customers_phone_key, customer_addresses_phone_key`);
  const twins = [
    await addCustomer(acme, { phone: '+905329999999' }),
    await addCustomer(acme, { phone: '+905329999999' }),
  ];
  expect(await exclusions(acme, { customerIds: twins })).toEqual({ [twins[0]!]: null, [twins[1]!]: 'duplicate-phone' });
});

it('takes customers without a phone one by one, not as twins', async () => {
  await using world = await createWorld();
  const ids = [await addCustomer(world.acme, {}), await addCustomer(world.acme, {})];
  expect(await exclusions(world.acme, { customerIds: ids })).toEqual({ [ids[0]!]: 'no-phone', [ids[1]!]: 'no-phone' });
});

const problems = async (member: Member, audience: Audience, path?: string): Promise<string[]> => {
  const error = await checkAudience(member.ctx, audience, path).then(
    () => null,
    (thrown) => thrown,
  );
  if (error === null) return [];
  expect(error).toBeInstanceOf(Problem);
  expect(error.code).toBe('invalid-request');
  return error.options.errors.map((e: { path: string }) => e.path);
};

it('checks an audience: somebody named, ids of the organization, segments that are there', async () => {
  await using world = await createWorld();
  const { acme, globex } = world;
  const { ayse, burak } = world.customers;
  const group = await addGroup(acme, []);
  expect(await problems(acme, { customerIds: [ayse], groupIds: [group] })).toEqual([]);
  expect(await problems(acme, { customerIds: [ayse.toUpperCase()] })).toEqual([]);
  expect(await problems(acme, {})).toEqual(['audience']);
  expect(await problems(acme, { customerIds: [], groupIds: [] })).toEqual(['audience']);
  expect(await problems(acme, { customerIds: [ayse], segmentIds: [newId()] })).toEqual(['audience.segmentIds[0]']);
  expect(await problems(acme, { customerIds: [ayse, newId(), group], groupIds: [group, ayse] })).toEqual([
    'audience.customerIds[1]',
    'audience.customerIds[2]',
    'audience.groupIds[1]',
  ]);
  expect(await problems(globex, { customerIds: [ayse], groupIds: [group] }, '')).toEqual([
    'customerIds[0]',
    'groupIds[0]',
  ]);
  await deleteCustomer(acme.ctx, burak);
  expect(await problems(acme, { customerIds: [burak] })).toEqual(['audience.customerIds[0]']);
});

it('checks an audience: 10,000 customers and 100 groups at most, and few words about many unknown ids', async () => {
  await using world = await createWorld();
  const ids = (count: number) => Array.from({ length: count }, newId);
  expect(await problems(world.acme, { customerIds: ids(10_001) })).toEqual(['audience.customerIds']);
  expect(await problems(world.acme, { groupIds: ids(101) })).toEqual(['audience.groupIds']);
  expect(await problems(world.acme, { customerIds: ids(10_000) })).toHaveLength(20);
});
