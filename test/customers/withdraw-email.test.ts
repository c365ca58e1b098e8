import { and, eq } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { addressHash } from '#src/customers/address-hash.ts';
import { eraseCustomer } from '#src/customers/erase-customer.ts';
import { recordConsents } from '#src/customers/record-consents.ts';
import { restoreEmail } from '#src/customers/restore-email.ts';
import { updateCustomer } from '#src/customers/update-customer.ts';
import { activities } from '#src/db/schema/activities.ts';
import { suppressions } from '#src/db/schema/customers.ts';
import { liveEvents } from '#src/db/schema/live.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';
import { addCustomer, barOf, heldBy, states, withdraw } from './consenting.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex } = world;

async function addAgreeing(member: Member = acme, values: Parameters<typeof addCustomer>[1] = {}) {
  const person = await addCustomer(member, values);
  await agree(member, person.id);
  return person;
}
const agree = ({ ctx }: Member, customerId: string, source = 'form') =>
  recordConsents(ctx, [{ customerId, channel: 'email', state: 'given', source }]);
const closed = (email: string, { organizationId }: Member = acme) =>
  world.ctx.db
    .select()
    .from(suppressions)
    .where(
      and(
        eq(suppressions.organizationId, organizationId),
        eq(suppressions.emailHash, addressHash(organizationId, email)),
      ),
    );
const restore = (
  person: { id: string | null; email: string },
  emailHash = addressHash(acme.organizationId, person.email),
) =>
  restoreEmail(world.ctx, {
    organizationId: acme.organizationId,
    customerId: person.id,
    emailHash,
    evidence: { page: 'undo' },
  });

describe('withdrawEmail', () => {
  it('ends the consent, closes the address, and leaves word of it', async () => {
    const person = await addAgreeing();
    expect(await barOf(acme.ctx, person.id, person.email)).toBeNull();
    const done = await withdraw(acme, person);
    const [row] = await closed(person.email);
    expect(done).toEqual({ suppressionId: row!.id, customerId: person.id });
    expect(row).toMatchObject({
      email: person.email,
      level: 'blacklist',
      scope: 'email',
      reason: 'unsubscribe',
      evidence: { by: 'link' },
      expiresAt: null,
    });
    expect(await states(acme, person.id)).toEqual(['given form', 'withdrawn unsubscribe']);
    expect(await heldBy(acme, person.id)).toMatchObject({ email: null });
    expect(await barOf(acme.ctx, person.id, person.email)).toBe('unsubscribed');
    const [told] = await world.ctx.db.select().from(activities).where(eq(activities.subjectId, row!.id));
    expect(told).toMatchObject({
      verb: 'customers.email-unsubscribe',
      organizationId: acme.organizationId,
      userId: null,
      details: { customerId: person.id },
    });
    const events = await world.ctx.db.select().from(liveEvents).where(eq(liveEvents.type, 'customer.unsubscribed'));
    expect(events.at(-1)!.data).toEqual({ customerId: person.id, suppressionId: row!.id, reason: 'unsubscribe' });
  });

  it('again, and ten at once: once', async () => {
    const person = await addAgreeing();
    const done = await Promise.all(Array.from({ length: 10 }, () => withdraw(acme, person)));
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(await withdraw(acme, person)).toBeNull();
    expect(await states(acme, person.id)).toEqual(['given form', 'withdrawn unsubscribe']);
    expect(await closed(person.email)).toHaveLength(1);
  });

  it('a bounce closes the address and leaves the consent; an unsubscribe after it counts, a bounce after that does not', async () => {
    const person = await addAgreeing();
    await withdraw(acme, person, { reason: 'bounce' });
    expect(await states(acme, person.id)).toEqual(['given form']);
    expect(await barOf(acme.ctx, person.id, person.email)).toBe('unsubscribed');
    await withdraw(acme, person);
    expect(await withdraw(acme, person, { reason: 'bounce' })).toBeNull();
    expect(await closed(person.email)).toMatchObject([{ reason: 'unsubscribe' }]);
    await withdraw(acme, person, { reason: 'complaint' });
    expect(await withdraw(acme, person)).toBeNull();
    expect(await closed(person.email)).toMatchObject([{ reason: 'complaint' }]);
    expect(await states(acme, person.id)).toEqual(['given form', 'withdrawn unsubscribe', 'withdrawn complaint']);
  });

  it('a consent recorded afterwards is evidence only: the address stays closed, and the person can say it again', async () => {
    const person = await addAgreeing();
    await withdraw(acme, person);
    await agree(acme, person.id, 'import');
    expect((await heldBy(acme, person.id)).email).not.toBeNull();
    expect(await barOf(acme.ctx, person.id, person.email)).toBe('unsubscribed');
    expect(await withdraw(acme, person)).toMatchObject({ customerId: person.id });
    expect((await heldBy(acme, person.id)).email).toBeNull();
  });

  it('stays closed, by its hash alone, when the customer is deleted and comes again', async () => {
    const person = await addAgreeing();
    await withdraw(acme, person);
    await eraseCustomer(acme.ctx, person.id);
    expect(await closed(person.email)).toMatchObject([{ email: null }]);
    const back = await addAgreeing(acme, { email: person.email });
    expect(await barOf(acme.ctx, back.id, back.email)).toBe('unsubscribed');
    expect(await withdraw(acme, back)).toMatchObject({ customerId: back.id });
    expect(await states(acme, back.id)).toEqual(['given form', 'withdrawn unsubscribe']);
  });

  it('keeps the address in plain while somebody else has it', async () => {
    const [one, other] = [await addAgreeing(), await addAgreeing()];
    await updateCustomer(acme.ctx, other.id, { email: one.email, allowDuplicate: true });
    await withdraw(acme, one);
    expect(await barOf(acme.ctx, other.id, one.email)).toBe('unsubscribed');
    await eraseCustomer(acme.ctx, one.id);
    expect(await closed(one.email)).toMatchObject([{ email: one.email }]);
  });

  it('works when nothing is left but the link: customer gone, half of the hash', async () => {
    const person = await addAgreeing();
    const half = addressHash(acme.organizationId, person.email).slice(0, 32);
    await eraseCustomer(acme.ctx, person.id);
    const done = await withdraw(acme, person, { email: null, emailHash: half } as never);
    expect(done).toMatchObject({ customerId: person.id });
    const [row] = await world.ctx.db.select().from(suppressions).where(eq(suppressions.emailHash, half));
    expect(row).toMatchObject({ email: null, scope: 'email' });
    const back = await addAgreeing(acme, { email: person.email });
    expect(await barOf(acme.ctx, back.id, back.email)).toBe('unsubscribed');
    expect(await withdraw(acme, { id: null, email: 'x' }, { email: null, emailHash: half } as never)).toBeNull();
  });

  it('of half a hash finds the whole by the customer, or by the address', async () => {
    const [one, other] = [await addAgreeing(), await addCustomer(acme)];
    for (const [id, email, known] of [
      [one.id, one.email, null],
      [null, other.email, other.email],
    ] as const) {
      const emailHash = addressHash(acme.organizationId, email).slice(0, 32);
      await withdraw(acme, { id, email }, { email: known, emailHash });
      expect(await closed(email)).toMatchObject([{ email }]);
    }
  });

  it('by the address alone: everybody of the organization who has it, nobody of another', async () => {
    const one = await addAgreeing();
    const twin = await addAgreeing(acme, { email: one.email });
    const theirs = await addAgreeing(globex, { email: one.email });
    await withdraw(acme, { id: null, email: one.email }, { reason: 'complaint' });
    for (const { id } of [one, twin]) expect((await heldBy(acme, id)).email).toBeNull();
    expect(await barOf(globex.ctx, theirs.id, theirs.email)).toBeNull();
    expect(await closed(one.email, globex)).toEqual([]);
  });

  it('another organization’s customer is none: the address alone is closed', async () => {
    const theirs = await addAgreeing(globex);
    await withdraw(acme, theirs);
    expect((await heldBy(globex, theirs.id)).email).not.toBeNull();
    expect(await closed(theirs.email)).toMatchObject([{ email: null }]);
    expect(await barOf(globex.ctx, theirs.id, theirs.email)).toBeNull();
  });

  it('an old mail’s link, when the customer has a new address: the old one is closed, the consent ended', async () => {
    const person = await addAgreeing();
    await updateCustomer(acme.ctx, person.id, { email: `new-${person.email}` });
    await withdraw(acme, person, { email: null });
    expect(await closed(person.email)).toMatchObject([{ email: null }]);
    expect(await barOf(acme.ctx, person.id, `new-${person.email}`)).toBe('no-consent');
  });

  it('throws at what is no hash', async () => {
    const person = await addAgreeing();
    await expect(withdraw(acme, person, { emailHash: 'f' })).rejects.toThrow('not the hash');
  });
});

describe('restoreEmail', () => {
  it('takes an unsubscribe back, once, with a record of it', async () => {
    const person = await addAgreeing();
    await withdraw(acme, person);
    expect(await Promise.all([restore(person), restore(person)])).toContain(true);
    expect(await restore(person)).toBe(false);
    expect(await states(acme, person.id)).toEqual(['given form', 'withdrawn unsubscribe', 'given unsubscribe-undo']);
    expect(await closed(person.email)).toEqual([]);
    expect(await barOf(acme.ctx, person.id, person.email)).toBeNull();
    await withdraw(acme, person);
    expect(await barOf(acme.ctx, person.id, person.email)).toBe('unsubscribed');
  });

  it('gives nothing that was not there: no consent before, none after', async () => {
    const person = await addCustomer(acme);
    await withdraw(acme, person);
    expect(await restore(person, addressHash(acme.organizationId, person.email).slice(0, 32))).toBe(true);
    expect(await states(acme, person.id)).toEqual(['withdrawn unsubscribe']);
    expect(await barOf(acme.ctx, person.id, person.email)).toBe('no-consent');
  });

  it('not after a day, not after a complaint or a bounce, not of a customer who is gone or another’s', async () => {
    const [late, complained, bounced, gone] = await Promise.all(Array.from({ length: 4 }, () => addAgreeing()));
    await withdraw(acme, late!);
    await withdraw(acme, complained!);
    await withdraw(acme, complained!, { reason: 'complaint' });
    await withdraw(acme, bounced!, { reason: 'bounce' });
    await withdraw(acme, gone!);
    await eraseCustomer(acme.ctx, gone!.id);
    const theirs = await addAgreeing(globex);
    await withdraw(globex, theirs);
    for (const person of [complained!, bounced!, gone!, theirs, { ...late!, id: null }])
      expect(await restore(person)).toBe(false);
    world.clock.advance({ hours: 24 });
    expect(await restore(late!)).toBe(false);
    expect(await barOf(acme.ctx, late!.id, late!.email)).toBe('unsubscribed');
  });
});
