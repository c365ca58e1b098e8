import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportRow } from '#src/customers/import-row.ts';
import { type ImportCustomer, planImportBatch } from '#src/customers/plan-import-batch.ts';

const row = (values: Partial<ImportRow>): ImportRow => ({
  firstName: 'A',
  lastName: null,
  phone: null,
  email: null,
  countryCode: null,
  phoneCountryCode: null,
  source: null,
  tags: [],
  note: null,
  ...values,
});
const customer = (id: string, values: Partial<ImportCustomer> = {}): ImportCustomer => {
  const { phoneCountryCode: _, ...rest } = row({});
  return { ...rest, id, ...values };
};

describe('matching', () => {
  it('by phone first', () => {
    const plan = planImportBatch(
      [row({ phone: '+1', email: 'b@x' })],
      [customer('a', { phone: '+1' }), customer('b', { email: 'b@x' })],
    );
    expect(plan).toMatchObject({ created: 0, updated: 1, touched: ['a'] });
  });

  it('by email where only one side has a phone: the oldest', () => {
    const known = [customer('b', { email: 'a@x' }), customer('a', { email: 'a@x', phone: '+1' })];
    expect(planImportBatch([row({ email: 'a@x' })], known).touched).toEqual(['a']);
    expect(planImportBatch([row({ email: 'a@x', phone: '+2' })], known)).toMatchObject({
      touched: ['b'],
      changed: [{ phone: '+2' }],
    });
  });

  it('never takes a phone from somebody who shares an email', () => {
    const plan = planImportBatch([row({ email: 'a@x', phone: '+2' })], [customer('a', { email: 'a@x', phone: '+1' })]);
    expect(plan).toMatchObject({ created: 1, updated: 0 });
  });

  it('goes by what earlier rows made of a customer', () => {
    const rows = [row({ phone: '+1', email: 'new@x' }), row({ email: 'old@x' }), row({ email: 'new@x', note: 'n' })];
    const plan = planImportBatch(rows, [customer('a', { phone: '+1', email: 'old@x' })]);
    expect(plan).toMatchObject({ created: 1, updated: 2 });
    expect(plan.changed.find(({ id }) => id === 'a')).toMatchObject({ email: 'new@x', note: 'n' });
  });

  it('takes rows without any address as customers of their own', () => {
    expect(planImportBatch([row({}), row({})], [])).toMatchObject({ created: 2, updated: 0 });
  });
});

describe('merging', () => {
  const before = customer('a', { phone: '+1', lastName: 'L', source: 'S', tags: ['x'], note: 'N', countryCode: 'TR' });

  it('keeps what the row leaves open, adds tags, replaces the rest', () => {
    const rows = [row({ phone: '+1', firstName: 'B', tags: ['y', 'x'], phoneCountryCode: 'DE' })];
    expect(planImportBatch(rows, [before]).changed).toEqual([{ ...before, firstName: 'B', tags: ['x', 'y'] }]);
    const all = { phone: '+1', lastName: 'M', email: 'a@x', source: 'T', note: 'O', countryCode: 'DE' };
    expect(planImportBatch([row(all)], [before]).changed).toEqual([{ ...before, ...all }]);
  });

  it('takes the country of the phone where there is none', () => {
    expect(planImportBatch([row({ phone: '+1', phoneCountryCode: 'US' })], []).changed).toMatchObject([
      { countryCode: 'US' },
    ]);
    const given = row({ phone: '+1', phoneCountryCode: 'US', countryCode: 'CA' });
    expect(planImportBatch([given], []).changed).toMatchObject([{ countryCode: 'CA' }]);
  });

  it('writes nothing for a row that changes nothing, but counts it', () => {
    expect(planImportBatch([row({ phone: '+1' })], [before])).toEqual({
      changed: [],
      touched: ['a'],
      consents: [],
      created: 0,
      updated: 1,
    });
  });

  it('of rows for one customer, the last one wins', () => {
    const rows = [row({ phone: '+1', firstName: 'A', note: 'n' }), row({ phone: '+1', firstName: 'B' })];
    expect(planImportBatch(rows, [])).toMatchObject({
      created: 1,
      updated: 1,
      changed: [{ firstName: 'B', note: 'n' }],
    });
  });
});

it('makes the same of a file in one batch as in many', () => {
  const address = (values: string[]) => fc.option(fc.constantFrom(...values), { nil: null });
  const rows = fc.array(
    fc
      .record({
        phone: address(['+1', '+2', '+3']),
        email: address(['a@x', 'b@x']),
        firstName: fc.constantFrom('A', 'B', 'C'),
      })
      .map(row),
    { maxLength: 12 },
  );
  const run = (batches: ImportRow[][]) => {
    const known = new Map<string, ImportCustomer>();
    const counts = { created: 0, updated: 0 };
    for (const batch of batches) {
      const plan = planImportBatch(batch, [...known.values()]);
      for (const changed of plan.changed) known.set(changed.id, changed);
      counts.created += plan.created;
      counts.updated += plan.updated;
    }
    return { counts, people: [...known.values()].map(({ id: _, ...person }) => person) };
  };
  fc.assert(
    fc.property(rows, fc.nat(12), (all, cut) => {
      expect(run([all.slice(0, cut), all.slice(cut)])).toEqual(run([all]));
      const { people, counts } = run([all]);
      expect(counts.created + counts.updated).toBe(all.length);
      const phones = people.flatMap(({ phone }) => phone ?? []);
      expect(new Set(phones).size).toBe(phones.length);
    }),
    { numRuns: 500 },
  );
});
