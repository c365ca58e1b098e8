import { and, eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers, type suppressions } from '#src/db/schema/customers.ts';
import type { Text } from '#src/platform/language.ts';
import { invalid } from '#src/platform/problem.ts';
import { addressesIn, readAddressBooks } from './customer-addresses.ts';
import { customerConditions } from './customer-conditions.ts';
import { readAddresses } from './read-addresses.ts';
import { type Suppressing, suppressAddress } from './suppress-address.ts';

type Wanted = {
  customerId?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  level: Suppressing['level'];
  reason?: string | null | undefined;
  expiresAt?: string | null | undefined;
};

const ONE_OF_THREE: Text = {
  en: 'Give exactly one of customerId, phone and email',
  tr: 'customerId, phone ve email alanlarından yalnızca birini verin',
};
const NO_SUCH_CUSTOMER: Text = { en: 'No such customer', tr: 'Böyle bir müşteri yok' };
const NO_ADDRESS: Text = {
  en: 'This customer has neither a phone nor an email',
  tr: 'Bu müşterinin telefonu da e-postası da yok',
};
const BLACKLIST_EXPIRES: Text = {
  en: 'Only a graylist entry can expire',
  tr: 'Yalnızca gri liste kaydının süresi dolabilir',
};
const IN_THE_PAST: Text = { en: 'Must be in the future', tr: 'Gelecekte olmalı' };

/** Suppresses a phone, an email, or every address of a customer. Gives one entry an address. */
export function createSuppression(ctx: OrgContext, input: Wanted): Promise<(typeof suppressions.$inferSelect)[]> {
  return inTransaction(ctx, async (ctx) => {
    const expiresAt = readExpiry(ctx, input);
    const rows = [];
    for (const address of await addressesOf(ctx, input))
      rows.push(await suppressAddress(ctx, { address, level: input.level, reason: input.reason || null, expiresAt }));
    return rows;
  });
}

function readExpiry(ctx: OrgContext, { level, expiresAt }: Wanted): Date | null {
  if (!expiresAt) return null;
  if (level === 'blacklist') throw invalid('expiresAt', BLACKLIST_EXPIRES);
  const at = new Date(expiresAt);
  if (at <= ctx.clock.now()) throw invalid('expiresAt', IN_THE_PAST);
  return at;
}

async function addressesOf(ctx: OrgContext, { customerId, phone, email }: Wanted): Promise<Suppressing['address'][]> {
  if ([customerId, phone, email].filter((value) => value !== undefined).length !== 1)
    throw invalid('body', ONE_OF_THREE);
  if (customerId !== undefined) return customerAddresses(ctx, customerId);
  const found = await readAddresses(ctx, { phone, email });
  if (found.phone) return [{ phone: found.phone }];
  if (found.email) return [{ email: found.email }];
  throw invalid('body', ONE_OF_THREE);
}

/** All of them; the customer is kept from getting others meanwhile. */
async function customerAddresses(ctx: OrgContext, id: string): Promise<Suppressing['address'][]> {
  const [customer] = await ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.id, id), customerConditions(ctx, {})))
    .for('no key update');
  if (!customer) throw invalid('customerId', NO_SUCH_CUSTOMER);
  const { phone, email } = await readAddressBooks(ctx, id);
  const addresses = [
    ...addressesIn(phone).map((phone) => ({ phone })),
    ...addressesIn(email).map((email) => ({ email })),
  ];
  if (addresses.length === 0) throw invalid('customerId', NO_ADDRESS);
  return addresses;
}
