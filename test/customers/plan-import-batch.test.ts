import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportRow } from '#src/customers/import-row.ts';
import { type ImportCustomer, type PlanRules, planImportBatch } from '#src/customers/plan-import-batch.ts';

const row = (values: Partial<ImportRow>): ImportRow => ({
  firstName: 'A',
  lastName: null,
  phone: null,
  otherPhones: [],
  email: null,
  otherEmails: [],
  countryCode: null,
  phoneCountryCode: null,
  city: null,
  language: null,
  birthday: null,
  source: null,
  consultantId: null,
  tags: [],
  customFields: {},
  note: null,
  ...values,
});
type Known = Partial<ImportCustomer> & { phone?: string; email?: string };
const customer = (id: string, { phone, email, ...values }: Known = {}): ImportCustomer => {
  const { phoneCountryCode: _, phone: __, otherPhones, email: ___, otherEmails, ...rest } = row({});
  return { ...rest, id, phones: phone ? [phone] : [], emails: email ? [email] : [], ...values };
};
const plan = (rows: ImportRow[], known: ImportCustomer[], twins: PlanRules['twins'] = 'overwrite', defaults = {}) =>
  planImportBatch(
    rows.map((row, i) => ({ line: i + 2, row })),
    known,
    { twins, defaults },
  );

describe('matching', () => {
  it('by phone first', () => {
    const made = plan(
      [row({ phone: '+1', email: 'b@x' })],
      [customer('a', { phone: '+1' }), customer('b', { email: 'b@x' })],
    );
    expect(made).toMatchObject({ created: 0, updated: 1, touched: ['a'] });
  });

  it('by email where only one side has a phone: the oldest', () => {
    const known = [customer('b', { email: 'a@x' }), customer('a', { email: 'a@x', phone: '+1' })];
    expect(plan([row({ email: 'a@x' })], known).touched).toEqual(['a']);
    expect(plan([row({ email: 'a@x', phone: '+2' })], known)).toMatchObject({
      touched: ['b'],
      changed: [{ phones: ['+2'] }],
    });
  });

  it('never takes a phone from somebody who shares an email', () => {
    const made = plan([row({ email: 'a@x', phone: '+2' })], [customer('a', { email: 'a@x', phone: '+1' })]);
    expect(made).toMatchObject({ created: 1, updated: 0 });
  });

  it('goes by what earlier rows made of a customer', () => {
    const rows = [row({ phone: '+1', email: 'new@x' }), row({ email: 'old@x' }), row({ email: 'new@x', note: 'n' })];
    const made = plan(rows, [customer('a', { phone: '+1', email: 'old@x' })]);
    expect(made).toMatchObject({ created: 1, updated: 2 });
    expect(made.changed.find(({ id }) => id === 'a')).toMatchObject({ emails: ['new@x'], note: 'n' });
  });

  it('takes rows without any address as customers of their own', () => {
    expect(plan([row({}), row({})], [])).toMatchObject({ created: 2, updated: 0 });
  });
});

describe('merging', () => {
  const before = customer('a', { phone: '+1', lastName: 'L', source: 'S', tags: ['x'], note: 'N', countryCode: 'TR' });

  it('keeps what the row leaves open, adds tags, replaces the rest', () => {
    const rows = [row({ phone: '+1', firstName: 'B', tags: ['y', 'x'], phoneCountryCode: 'DE' })];
    expect(plan(rows, [before]).changed).toEqual([{ ...before, firstName: 'B', tags: ['x', 'y'] }]);
    const all = { phone: '+1', lastName: 'M', email: 'a@x', source: 'T', note: 'O', countryCode: 'DE' };
    const { phone, email, ...rest } = all;
    expect(plan([row(all)], [before]).changed).toEqual([{ ...before, ...rest, phones: [phone], emails: [email] }]);
  });

  it('takes the country of the phone where there is none', () => {
    expect(plan([row({ phone: '+1', phoneCountryCode: 'US' })], []).changed).toMatchObject([{ countryCode: 'US' }]);
    const given = row({ phone: '+1', phoneCountryCode: 'US', countryCode: 'CA' });
    expect(plan([given], []).changed).toMatchObject([{ countryCode: 'CA' }]);
  });

  it('writes nothing for a row that changes nothing, but counts it', () => {
    expect(plan([row({ phone: '+1' })], [before])).toEqual({
      changed: [],
      touched: ['a'],
      consents: [],
      created: 0,
      updated: 1,
      skipped: 0,
      rejected: [],
      warnings: [],
    });
  });

  it('of rows for one customer, the last one wins', () => {
    const rows = [row({ phone: '+1', firstName: 'A', note: 'n' }), row({ phone: '+1', firstName: 'B' })];
    expect(plan(rows, [])).toMatchObject({
      created: 1,
      updated: 1,
      changed: [{ firstName: 'B', note: 'n' }],
    });
  });
});

describe('rules for twins', () => {
  const before = customer('a', { phones: ['+1', '+3'], email: 'a@x', lastName: 'L', tags: ['x'], city: 'Muğla' });
  const given = row({
    phone: '+1',
    firstName: 'B',
    lastName: 'M',
    email: 'b@x',
    tags: ['y'],
    city: 'İzmir',
    birthday: '1985-12-31',
  });

  it('fill-empty: says only what is not known; further addresses and tags add up', () => {
    expect(plan([given], [before], 'fill-empty')).toMatchObject({
      updated: 1,
      changed: [{ ...before, birthday: '1985-12-31', tags: ['x', 'y'], phones: ['+1', '+3'], emails: ['a@x', 'b@x'] }],
    });
  });

  it('skip and reject: leave the customer, and whoever stands further up in the file, as they are', () => {
    const twice = [given, row({ phone: '+9' }), row({ phone: '+9', firstName: 'C' }), row({ email: 'a@x' })];
    expect(plan(twice, [before], 'skip')).toMatchObject({
      created: 1,
      updated: 0,
      skipped: 3,
      touched: [expect.any(String)],
    });
    const { created, rejected, changed } = plan(twice, [before], 'reject');
    expect([created, changed.length]).toEqual([1, 1]);
    expect(rejected.map(({ line, field }) => [line, field])).toEqual([
      [2, 'phone'],
      [4, 'phone'],
      [5, 'email'],
    ]);
  });

  it('finds a customer by a further phone of his or of the row, and leaves the primary one as it is', () => {
    expect(plan([row({ phone: '+3', firstName: 'B' })], [before])).toMatchObject({
      updated: 1,
      changed: [{ phones: ['+1', '+3'], firstName: 'B' }],
    });
    expect(plan([row({ phone: '+7', otherPhones: ['+1'] })], [before])).toMatchObject({
      updated: 1,
      changed: [{ phones: ['+7', '+3', '+1'] }],
    });
  });

  it('never takes a further phone from somebody else, and says so', () => {
    const made = plan([row({ phone: '+7', otherPhones: ['+1', '+8'] })], []);
    expect(made).toMatchObject({ created: 1, changed: [{ phones: ['+7', '+1', '+8'] }], warnings: [] });
    const known = [before, customer('b', { phone: '+7' })];
    expect(plan([row({ phone: '+7', otherPhones: ['+1', '+8'] })], known)).toMatchObject({
      changed: [{ id: 'b', phones: ['+7', '+8'] }],
      warnings: [{ line: 2, field: 'otherPhone' }],
    });
  });

  it('takes what holds for the whole file only where nobody says anything; its tags go to everybody', () => {
    const defaults = { source: 'Fuar', consultantId: 'u', countryCode: 'DE', tags: ['2026'] };
    const rows = [
      row({ phone: '+9', phoneCountryCode: 'TR', source: 'Web' }),
      row({ email: 'n@x' }),
      row({ phone: '+1' }),
    ];
    expect(plan(rows, [{ ...before, consultantId: 'v' }], 'overwrite', defaults).changed).toMatchObject([
      { source: 'Web', consultantId: 'u', countryCode: 'TR', tags: ['2026'] },
      { source: 'Fuar', consultantId: 'u', countryCode: 'DE', tags: ['2026'] },
      { source: 'Fuar', consultantId: 'v', countryCode: 'DE', tags: ['x', '2026'] },
    ]);
  });
});

it('makes the same of a file in one batch as in many', () => {
  const address = (values: string[]) => fc.option(fc.constantFrom(...values), { nil: null });
  const rows = fc.array(
    fc
      .record({
        phone: address(['+1', '+2', '+3']),
        otherPhones: fc.uniqueArray(fc.constantFrom('+4', '+5'), { maxLength: 2 }),
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
      const made = plan(batch, [...known.values()]);
      for (const changed of made.changed) known.set(changed.id, changed);
      counts.created += made.created;
      counts.updated += made.updated;
    }
    return { counts, people: [...known.values()].map(({ id: _, ...person }) => person) };
  };
  fc.assert(
    fc.property(rows, fc.nat(12), (all, cut) => {
      expect(run([all.slice(0, cut), all.slice(cut)])).toEqual(run([all]));
      const { people, counts } = run([all]);
      expect(counts.created + counts.updated).toBe(all.length);
      const phones = people.flatMap(({ phones }) => phones);
      expect(new Set(phones).size).toBe(phones.length);
    }),
    { numRuns: 500 },
  );
});
