import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { audienceSql, type EmailAudienceRow } from '#src/customers/audience-query.ts';
import { deleteCustomer } from '#src/customers/delete-customer.ts';
import { recordConsents } from '#src/customers/record-consents.ts';
import type { Audience } from '#src/db/schema/campaigns.ts';
import { suppressions } from '#src/db/schema/customers.ts';
import { groups } from '#src/db/schema/groups.ts';
import { newId } from '#src/platform/ids.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';
import { addCustomer, heldBy, withdraw } from './consenting.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex } = world;
const { organizationId } = acme;

const select = async ({ ctx }: Member, audience: Audience) => [
  ...(await ctx.db.execute<EmailAudienceRow>(
    sql`select * from (${await audienceSql(ctx, audience, 'email')}) a order by customer_id`,
  )),
];
const exclusions = async (member: Member, audience: Audience) =>
  (await select(member, audience)).map((row) => row.exclusion);

async function addAgreeing(values: Parameters<typeof addCustomer>[1] = {}) {
  const person = await addCustomer(acme, values);
  await recordConsents(acme.ctx, [{ customerId: person.id, channel: 'email', state: 'given', source: 'form' }]);
  return person;
}

it('gives what a campaign needs, with the consent by which he is written to', async () => {
  const { ayse } = world.customers;
  expect(await select(acme, { customerIds: [ayse, ayse] })).toEqual([
    {
      customer_id: ayse,
      first_name: 'Ayşe',
      last_name: 'Yilmaz',
      phone: '+905321110001',
      email: 'yilmaz@example.com',
      country_code: 'TR',
      cold: true,
      consent_id: (await heldBy(acme, ayse)).email,
      exclusion: null,
    },
  ]);
});

it('keeps out whom a campaign must not write to, and says why', async () => {
  const noEmail = await addAgreeing({});
  await world.ctx.db.execute(sql`update customers set email = null where id = ${noEmail.id}`);
  const turkish = await addAgreeing({ email: 'İpek.ışık@example.com' });
  const long = await addAgreeing({ email: `${'a'.repeat(65)}@example.com` });
  const unsubscribed = await addAgreeing();
  await withdraw(acme, unsubscribed);
  const bounced = await addAgreeing();
  await withdraw(acme, bounced, { reason: 'bounce' });
  const erased = await addAgreeing();
  await withdraw(acme, erased);
  await world.ctx.db.execute(sql`update suppressions set email = null where email = ${erased.email}`);
  const gray = await addAgreeing();
  const grayAndOut = await addCustomer(acme);
  await world.ctx.db.insert(suppressions).values([
    { organizationId, email: gray.email, level: 'graylist' },
    { organizationId, email: grayAndOut.email, level: 'graylist' },
  ]);
  const { ceren, deniz } = world.customers;
  const people = [noEmail, turkish, long, unsubscribed, bounced, erased, gray, grayAndOut].map(({ id }) => id);
  const audience = { customerIds: [...people, ceren, deniz] };
  const reasons = async (audience: Audience) => {
    const rows = new Map((await select(acme, audience)).map((row) => [row.customer_id, row.exclusion]));
    return audience.customerIds!.map((id) => rows.get(id));
  };
  const expected = [
    'no-email',
    'invalid-email',
    'invalid-email',
    'unsubscribed',
    'unsubscribed',
    'unsubscribed',
    'graylisted',
    'no-consent',
    'blacklisted',
    'no-consent',
  ];
  expect(await reasons(audience)).toEqual(expected);
  const included = expected.map((reason) => (reason === 'graylisted' ? null : reason));
  expect(await reasons({ ...audience, includeGraylisted: true })).toEqual(included);
});

it('writes to an address once: to the first who may be written to', async () => {
  const silent = await addCustomer(acme, { email: 'family@example.com' });
  const first = await addAgreeing({ email: 'family@example.com' });
  const second = await addAgreeing({ email: 'family@example.com' });
  const audience = { customerIds: [second.id, first.id, silent.id] };
  expect(await exclusions(acme, audience)).toEqual(['no-consent', null, 'duplicate-email']);
});

it('never shows who is deleted, or another organization’s', async () => {
  const gone = await addAgreeing();
  await deleteCustomer(acme.ctx, gone.id);
  const theirs = await addCustomer(globex);
  expect(await select(acme, { customerIds: [gone.id, theirs.id] })).toEqual([]);
  expect(await select(globex, { customerIds: [world.customers.ayse] })).toEqual([]);
});

it('30,000: looked up by key and soon, right after an import, before anything was counted', async () => {
  const groupId = newId();
  await world.ctx.db.insert(groups).values({ id: groupId, organizationId, name: 'Everybody' });
  await world.ctx.db.execute(sql`
    with made as (
      insert into customers (organization_id, first_name, email, email_consent_id)
      select ${organizationId}, 'K', 'crowd' || n || '@example.com', case when n % 10 > 0 then gen_random_uuid() end
      from generate_series(1, 30000) n returning id
    )
    insert into group_members (group_id, customer_id, organization_id) select ${groupId}, id, ${organizationId} from made`);
  await world.ctx.db.execute(sql`
    insert into suppressions (organization_id, email, level, scope, reason)
    select ${organizationId}, 'crowd' || n || '@example.com', 'blacklist', 'email', 'unsubscribe' from generate_series(1, 30000, 20) n`);
  const query = await audienceSql(acme.ctx, { groupIds: [groupId] }, 'email');
  const plan = await world.ctx.db.execute<{ 'QUERY PLAN': string }>(sql`explain ${query}`);
  const text = plan.map((line) => line['QUERY PLAN']).join('\n');
  expect(text).not.toMatch(/Seq Scan on (customers|suppressions|group_members)/);
  const begun = performance.now();
  const counts = await world.ctx.db.execute<{ exclusion: string | null; n: number }>(sql`
    select exclusion, count(*)::int as n from (${query}) a group by 1 order by 1 nulls first`);
  const took = performance.now() - begun;
  expect(counts.map(({ exclusion, n }) => [exclusion, n])).toEqual([
    [null, 25_500],
    ['no-consent', 3000],
    ['unsubscribed', 1500],
  ]);
  console.info(`${Math.round(took)} ms`);
  expect(took).toBeLessThan(10_000);
});
