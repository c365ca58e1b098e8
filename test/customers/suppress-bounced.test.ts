import { eq } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { addressHash } from '#src/customers/address-hash.ts';
import { eraseCustomer } from '#src/customers/erase-customer.ts';
import { suppressBounced } from '#src/customers/suppress-bounced.ts';
import { activities } from '#src/db/schema/activities.ts';
import { suppressions } from '#src/db/schema/customers.ts';
import { createWorld } from '#test/support/world.ts';
import { addCustomer, barOf, withdraw } from './consenting.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex, ctx } = world;
const closedOf = async (email: string, { organizationId } = acme) =>
  ctx.db
    .select()
    .from(suppressions)
    .where(eq(suppressions.emailHash, addressHash(organizationId, email)));
const bounced = ({ id, email }: { id: string; email: string }, { organizationId } = acme) => ({
  organizationId,
  customerId: id,
  address: email,
  evidence: { by: 'carrier', code: '5.1.1' },
});

it('many at once leave what one leaves after the other: the address closed, an activity, nothing in another organization', async () => {
  const [first, second, other] = [await addCustomer(acme), await addCustomer(acme), await addCustomer(globex)];
  const single = await addCustomer(acme);
  const evidence = { by: 'carrier', code: '5.1.1' };
  await withdraw(acme, single, { reason: 'bounce', evidence });
  await suppressBounced(ctx, [bounced(first), bounced(second), bounced(first), bounced(other, globex)]);
  const [wanted] = await closedOf(single.email);
  const { id: _, email: __, emailHash: ___, ...same } = wanted!;
  for (const person of [first, second]) {
    const [row, ...more] = await closedOf(person.email);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ ...same, email: person.email });
    expect(await barOf(acme.ctx, person.id, person.email)).toBe('unsubscribed');
    const told = await ctx.db.select().from(activities).where(eq(activities.subjectId, row!.id));
    const [wantedActivity] = await ctx.db.select().from(activities).where(eq(activities.subjectId, wanted!.id));
    expect(told).toMatchObject([
      { verb: wantedActivity!.verb, actorType: 'webhook', details: { customerId: person.id } },
    ]);
  }
  expect(await closedOf(other.email)).toEqual([]);
  expect(await closedOf(other.email, globex)).toMatchObject([{ reason: 'bounce' }]);
});

it('takes no stronger reason’s place, keeps no address of whoever was erased or moved on, again is nothing', async () => {
  const [complained, erased, moved] = [await addCustomer(acme), await addCustomer(acme), await addCustomer(acme)];
  await withdraw(acme, complained, { reason: 'complaint' });
  await eraseCustomer(acme.ctx, erased.id);
  await suppressBounced(ctx, [
    bounced(complained),
    bounced(erased),
    bounced({ ...moved, email: 'before@example.com' }),
  ]);
  expect(await closedOf(complained.email)).toMatchObject([{ reason: 'complaint' }]);
  expect(await closedOf(erased.email)).toMatchObject([{ reason: 'bounce', email: null }]);
  expect(await closedOf('before@example.com')).toMatchObject([{ reason: 'bounce', email: null }]);
  const count = async () => (await ctx.db.select().from(activities)).length;
  const before = await count();
  await Promise.all([
    suppressBounced(ctx, [bounced(erased)]),
    suppressBounced(ctx, [bounced(complained), bounced(erased)]),
  ]);
  expect(await count()).toBe(before);
});
