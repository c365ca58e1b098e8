import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { notFound } from '#src/platform/problem.ts';
import type { CustomerRow } from './consent-queries.ts';
import type { CustomerDetails } from './create-customer.ts';
import { searchTextOf } from './customer.ts';
import { customerConditions } from './customer-conditions.ts';
import { normalizePhone } from './normalize-phone.ts';
import { phoneTaken } from './phone-taken.ts';
import { postgresCode } from './postgres-code.ts';
import { customerIdByPhone, getCustomer } from './queries.ts';
import { readAddresses } from './read-addresses.ts';
import { recordMarketingConsent } from './record-marketing-consent.ts';
import { requireConsultant } from './require-consultant.ts';

type StoredCustomer = typeof customers.$inferSelect;
/** A unique key, or two customers whose phones are being swapped at this moment. */
const TAKEN = new Set(['23505', '40P01']);

type Changes = CustomerDetails & { firstName?: string | undefined };

/** Changes what is given, clears what is null. Throws `already-exists` when the phone is another customer's. */
export function updateCustomer(ctx: OrgContext, id: string, input: Changes): Promise<CustomerRow> {
  return inTransaction(ctx, async (ctx) => {
    const [before] = await ctx.db
      .select()
      .from(customers)
      .where(and(eq(customers.id, id), customerConditions(ctx, {})))
      .for('update');
    if (!before) throw notFound();
    const addresses = await readAddresses(ctx, input);
    await requireConsultant(ctx, input.consultantId);
    const changed = merge(before, input, addresses);
    await save(ctx, id, { ...changed, searchText: searchTextOf(changed), updatedAt: ctx.clock.now() });
    await recordMarketingConsent(ctx, id, input.marketingConsent);
    await recordActivity(ctx, {
      verb: 'customers.update',
      subjectType: 'customer',
      subjectId: id,
      details: { fields: Object.keys(input) },
    });
    return getCustomer(ctx, id);
  });
}

function merge(before: StoredCustomer, input: Changes, addresses: Awaited<ReturnType<typeof readAddresses>>) {
  const { phone = before.phone, email = before.email, phoneCountryCode } = addresses;
  const given = <T>(value: T | undefined, kept: T): T => (value === undefined ? kept : value || (null as T));
  const derived = before.countryCode === null || before.countryCode === countryOf(before.phone);
  return {
    firstName: input.firstName ?? before.firstName,
    lastName: given(input.lastName, before.lastName),
    phone,
    email,
    countryCode: given(input.countryCode, derived ? (phoneCountryCode ?? before.countryCode) : before.countryCode),
    source: given(input.source, before.source),
    consultantId: given(input.consultantId, before.consultantId),
    tags: input.tags ?? before.tags,
    note: given(input.note, before.note),
  };
}

function countryOf(phone: string | null): string | null {
  const read = phone === null ? null : normalizePhone(phone, '');
  return read?.ok ? read.countryCode : null;
}

async function save(ctx: OrgContext, id: string, values: Partial<StoredCustomer>): Promise<void> {
  try {
    await ctx.db.transaction((savepoint) => savepoint.update(customers).set(values).where(eq(customers.id, id)));
  } catch (error) {
    if (!TAKEN.has(postgresCode(error) ?? '')) throw error;
    throw phoneTaken(values.phone ? await customerIdByPhone(ctx, values.phone) : null);
  }
}
