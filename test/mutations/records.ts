import type { Mutation } from './mutation.ts';

/** A customer's record: his addresses, his twins, his end. */
export const records: Mutation[] = [
  {
    guarantee: 'any blacklisted address of a customer closes him',
    file: 'src/customers/suppression-sql.ts',
    from: 'or ${blacklistedSql(now, organization, sql`c.id`)})`;',
    to: 'or false)`;',
    test: 'customers/customer-addresses.test.ts',
    title: 'any address of his on the blacklist',
  },
  {
    guarantee: 'a withdrawn consent survives a merge',
    file: 'src/customers/merge-consents.ts',
    from: 'withdrawn.filter(({ channel }) => now![channel])',
    to: 'withdrawn.filter(() => false)',
    test: 'customers/merge-customers.test.ts',
    title: 'a withdrawal is never lost',
  },
  {
    guarantee: 'an erased address is still suppressed',
    file: 'src/customers/erase-customer.ts',
    from: 'update suppressions set phone = null, evidence',
    to: 'update suppressions set phone = null, phone_hash = md5(id::text), evidence',
    test: 'customers/erase-customer.test.ts',
    title: 'no word of the person is left',
  },
  {
    guarantee: 'who is in the bin keeps his time there',
    file: 'src/customers/erase-due-customers.ts',
    from: "(await keptDays(ctx, 'deletedCustomersDays')) * DAY_MS",
    to: '0 * DAY_MS',
    test: 'customers/erase-customer.test.ts',
    title: 'not before',
  },
  {
    guarantee: 'a phone taken at the same moment is a 409',
    file: 'src/customers/create-customer.ts',
    from: "new Set(['23505', '40P01'])",
    to: "new Set(['40P01'])",
    test: 'customers/customer-addresses.test.ts',
    title: 'the same phone at once',
  },
];
