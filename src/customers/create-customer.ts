import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import type { CustomerRow } from './consent-queries.ts';
import { searchTextOf } from './customer.ts';
import { phoneTaken } from './phone-taken.ts';
import { customerIdByPhone, getCustomer } from './queries.ts';
import { readAddresses } from './read-addresses.ts';
import { type MarketingDecision, recordMarketingConsent } from './record-marketing-consent.ts';
import { requireConsultant } from './require-consultant.ts';

export type CustomerDetails = {
  lastName?: string | null | undefined;
  phone?: string | null | undefined;
  email?: string | null | undefined;
  countryCode?: string | null | undefined;
  source?: string | null | undefined;
  consultantId?: string | null | undefined;
  tags?: string[] | undefined;
  note?: string | null | undefined;
  marketingConsent?: MarketingDecision | undefined;
};

/** Adds a customer. A phone belongs to one living customer only: throws `already-exists` with that customer's id. */
export function createCustomer(ctx: OrgContext, input: CustomerDetails & { firstName: string }): Promise<CustomerRow> {
  return inTransaction(ctx, async (ctx) => {
    const { phone = null, email = null, phoneCountryCode } = await readAddresses(ctx, input);
    await requireConsultant(ctx, input.consultantId);
    const now = ctx.clock.now();
    const values = {
      id: newId(),
      organizationId: ctx.organizationId,
      firstName: input.firstName,
      lastName: input.lastName || null,
      phone,
      email,
      countryCode: input.countryCode ?? phoneCountryCode,
      source: input.source || null,
      consultantId: input.consultantId ?? null,
      tags: input.tags ?? [],
      note: input.note || null,
      createdAt: now,
      updatedAt: now,
    };
    const [row] = await ctx.db
      .insert(customers)
      .values({ ...values, searchText: searchTextOf(values) })
      .onConflictDoNothing()
      .returning({ id: customers.id });
    if (!row) throw phoneTaken(phone && (await customerIdByPhone(ctx, phone)));
    await recordMarketingConsent(ctx, row.id, input.marketingConsent);
    await recordActivity(ctx, { verb: 'customers.create', subjectType: 'customer', subjectId: row.id });
    return getCustomer(ctx, row.id);
  });
}
