import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { inTransaction } from '#src/context.ts';
import { eraseCustomer } from '#src/customers/erase-customer.ts';
import { type ConsentRecord, recordConsents } from '#src/customers/record-consents.ts';
import { consents } from '#src/db/schema/consents.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { addCustomer, heldBy, historyOf } from './consenting.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex } = world;
const mail = (customerId: string, state: 'given' | 'withdrawn', more: Partial<ConsentRecord> = {}): ConsentRecord => ({
  customerId,
  channel: 'email',
  state,
  source: 'form',
  ...more,
});
const day = (n: number) => new Date(Date.UTC(2026, 1, n));

describe('recordConsents', () => {
  it('keeps who, when, where from, the wording, and the address as a hash; what holds follows', async () => {
    const { id, email } = await addCustomer(acme, { phone: '+905321119999' });
    const given = await recordConsents(acme.ctx, [
      mail(id, 'given', { wording: 'İzin veriyorum', givenAt: day(3), ip: '10.0.0.1', evidence: { form: 7 } }),
      mail(id, 'given', { channel: 'sms' }),
    ]);
    const [first, second] = await historyOf(acme, id);
    expect(first).toEqual({
      id: given[0],
      organizationId: acme.organizationId,
      customerId: id,
      channel: 'email',
      purpose: 'marketing',
      state: 'given',
      source: 'form',
      wording: 'İzin veriyorum',
      addressHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      givenAt: day(3),
      actorType: 'user',
      actorId: acme.userId,
      ip: '10.0.0.1',
      evidence: { form: 7 },
      createdAt: world.clock.now(),
    });
    const hashes = await world.ctx.db.execute<{ email: string; phone: string }>(sql`
      select address_hash(${acme.organizationId}::uuid, ${email}) as email,
        address_hash(${acme.organizationId}::uuid, '+905321119999') as phone`);
    expect([first!.addressHash, second!.addressHash]).toEqual([hashes[0]!.email, hashes[0]!.phone]);
    expect(await heldBy(acme, id)).toEqual({ email: given[0], whatsapp: null, sms: given[1] });
  });

  it('goes by when the person decided, not by when it was written down; of one instant, by the later record', async () => {
    const { id } = await addCustomer(acme);
    const record = async (state: 'given' | 'withdrawn', givenAt: Date) =>
      (await recordConsents(acme.ctx, [mail(id, state, { givenAt })]))[0];
    await record('withdrawn', day(10));
    await record('given', day(5));
    expect((await heldBy(acme, id)).email).toBeNull();
    const later = await record('given', day(11));
    await record('withdrawn', day(10));
    expect((await heldBy(acme, id)).email).toBe(later);
    await record('withdrawn', day(11));
    expect((await heldBy(acme, id)).email).toBeNull();
    const again = await record('given', day(11));
    expect((await heldBy(acme, id)).email).toBe(again);
  });

  it('whatever comes in whatever order and batches, the latest decision of each channel holds', async () => {
    const decisions = fc.array(
      fc.record({
        channel: fc.constantFrom('email' as const, 'whatsapp' as const),
        state: fc.constantFrom('given' as const, 'withdrawn' as const),
        day: fc.integer({ min: 1, max: 20 }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    const property = fc.asyncProperty(decisions, fc.boolean(), async (all, together) => {
      const { id } = await addCustomer(acme);
      const records = all.map(({ day: n, ...rest }) => mail(id, rest.state, { ...rest, givenAt: day(n) }));
      if (together) await recordConsents(acme.ctx, records);
      else for (const one of records) await recordConsents(acme.ctx, [one]);
      const held = await heldBy(acme, id);
      for (const channel of ['email', 'whatsapp'] as const) {
        const own = all.filter((one) => one.channel === channel);
        const last = own.reduce<(typeof own)[number] | null>(
          (best, one) => (best && best.day > one.day ? best : one),
          null,
        );
        expect(held[channel] !== null).toBe(last?.state === 'given');
      }
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('no decision lies in the future: a clock that is fast cannot outlast a withdrawal', async () => {
    const { id } = await addCustomer(acme);
    await recordConsents(acme.ctx, [mail(id, 'given', { givenAt: new Date('2027-01-01') })]);
    expect((await historyOf(acme, id))[0]!.givenAt).toEqual(world.clock.now());
    await recordConsents(acme.ctx, [mail(id, 'withdrawn')]);
    expect((await heldBy(acme, id)).email).toBeNull();
  });

  it('given and withdrawn at once, twenty times: one order, and what holds is what is latest in it', async () => {
    const { id } = await addCustomer(acme);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => recordConsents(acme.ctx, [mail(id, i % 2 ? 'given' : 'withdrawn')])),
    );
    const history = await historyOf(acme, id);
    expect(history).toHaveLength(20);
    const last = history.at(-1)!;
    expect((await heldBy(acme, id)).email).toBe(last.state === 'given' ? last.id : null);
  });

  it('404, all or none: another organization’s customer, a deleted one, one that is none', async () => {
    const [mine, gone, theirs] = [await addCustomer(acme), await addCustomer(acme), await addCustomer(globex)];
    await eraseCustomer(acme.ctx, gone.id);
    for (const stranger of [theirs.id, gone.id, newId()]) {
      const asked = recordConsents(acme.ctx, [mail(mine.id, 'given'), mail(stranger, 'given')]);
      await expect(asked).rejects.toMatchObject({ code: 'not-found' });
      expect(await historyOf(acme, stranger)).toEqual([]);
    }
    expect(await historyOf(acme, mine.id)).toEqual([]);
    expect(await recordConsents(acme.ctx, [])).toEqual([]);
  });

  it('stands and falls with the caller’s transaction', async () => {
    const { id } = await addCustomer(acme);
    const failing = inTransaction(acme.ctx, async (ctx) => {
      await recordConsents(ctx, [mail(id, 'given')]);
      throw new Error('after all not');
    });
    await expect(failing).rejects.toThrow('after all not');
    expect(await heldBy(acme, id)).toMatchObject({ email: null });
  });

  it('meets a deletion of the customer: recorded before it, or refused after it', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => addCustomer(acme)));
    const done = await Promise.all(
      people.flatMap(({ id }) => [
        recordConsents(acme.ctx, [mail(id, 'given')]).then(
          () => true,
          (error) => error.code === 'not-found',
        ),
        eraseCustomer(acme.ctx, id).then(() => true),
      ]),
    );
    expect(done).toEqual(done.map(() => true));
  });

  it('a record cannot be changed afterwards', async () => {
    const { id } = await addCustomer(acme);
    await recordConsents(acme.ctx, [mail(id, 'withdrawn')]);
    await expect(
      world.ctx.db.update(consents).set({ state: 'given' }).where(eq(consents.customerId, id)),
    ).rejects.toThrow();
  });

  it('writes 1,000 at once', async () => {
    const rows = await world.ctx.db.execute<{ id: string }>(sql`
      insert into customers (organization_id, first_name, email)
      select ${acme.organizationId}, 'M', 'many' || n || '@example.com' from generate_series(1, 1000) n returning id`);
    const ids = await recordConsents(
      acme.ctx,
      rows.map(({ id }) => mail(id, 'given')),
    );
    expect(ids).toHaveLength(1000);
    expect((await heldBy(acme, rows[700]!.id)).email).toBe(ids[700]);
  });
});
