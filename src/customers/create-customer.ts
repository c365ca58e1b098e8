import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import type { CustomerRow } from './consent-queries.ts';
import { searchTextOf } from './customer.ts';
import { type AddressBook, addressesIn, changeBook, saveFurther } from './customer-addresses.ts';
import { phoneTakenNow } from './phone-taken.ts';
import { postgresCode } from './postgres-code.ts';
import { getCustomer } from './queries.ts';
import { readAddresses } from './read-addresses.ts';
import { readBirthday } from './read-birthday.ts';
import { readCustomValues } from './read-custom-values.ts';
import { type MarketingDecision, recordMarketingConsent } from './record-marketing-consent.ts';
import { refuseTwin } from './refuse-twin.ts';
import { requireConsultant } from './require-consultant.ts';

export type CustomerDetails = {
  lastName?: string | null | undefined;
  phone?: string | null | undefined;
  phones?: { phone: string; label?: string | null | undefined }[] | undefined;
  email?: string | null | undefined;
  emails?: { email: string; label?: string | null | undefined }[] | undefined;
  countryCode?: string | null | undefined;
  city?: string | null | undefined;
  language?: string | null | undefined;
  birthday?: string | null | undefined;
  source?: string | null | undefined;
  consultantId?: string | null | undefined;
  tags?: string[] | undefined;
  customFields?: Record<string, unknown> | undefined;
  note?: string | null | undefined;
  marketingConsent?: MarketingDecision | undefined;
  /** Another customer may have one of the emails. */
  allowDuplicate?: boolean | undefined;
};

/** A unique key, or two who wait for each other's phones at this moment. */
export const TAKEN = new Set(['23505', '40P01']);
const NOBODY: AddressBook = { primary: null, further: [] };

/**
 * Adds a customer. A phone belongs to one living customer only, and an email too unless `allowDuplicate`: throws `already-exists` with that
 * customer.
 */
export function createCustomer(ctx: OrgContext, input: CustomerDetails & { firstName: string }): Promise<CustomerRow> {
  return inTransaction(ctx, async (ctx) => {
    const read = await readAddresses(ctx, input);
    const books = {
      phone: changeBook(NOBODY, read.phone, read.phones, () => null),
      email: changeBook(NOBODY, read.email, read.emails, () => null),
    };
    await requireConsultant(ctx, input.consultantId);
    const customFields = await readCustomValues(ctx, {}, input.customFields);
    await refuseTwin(ctx, {
      phones: addressesIn(books.phone),
      emails: addressesIn(books.email),
      customerId: null,
      allowDuplicate: input.allowDuplicate ?? false,
    });
    const now = ctx.clock.now();
    const values = {
      id: newId(),
      organizationId: ctx.organizationId,
      firstName: input.firstName,
      lastName: input.lastName || null,
      phone: books.phone.primary,
      email: books.email.primary,
      countryCode: input.countryCode ?? read.phoneCountryCode,
      city: input.city || null,
      language: input.language ?? null,
      birthday: readBirthday(ctx, input.birthday) ?? null,
      source: input.source || null,
      consultantId: input.consultantId ?? null,
      tags: input.tags ?? [],
      customFields,
      note: input.note || null,
      createdByType: ctx.actor.type,
      createdById: ctx.actor.id,
      createdAt: now,
      updatedAt: now,
    };
    await insert(ctx, { ...values, searchText: searchTextOf({ ...values, books }) }, books);
    await recordMarketingConsent(ctx, values.id, input.marketingConsent);
    await recordActivity(ctx, { verb: 'customers.create', subjectType: 'customer', subjectId: values.id });
    return getCustomer(ctx, values.id);
  });
}

async function insert(
  ctx: OrgContext,
  values: typeof customers.$inferInsert & { id: string },
  books: { phone: AddressBook; email: AddressBook },
): Promise<void> {
  try {
    await ctx.db.transaction(async (savepoint) => {
      await savepoint.insert(customers).values(values);
      await saveFurther({ ...ctx, db: savepoint }, values.id, books);
    });
  } catch (error) {
    if (!TAKEN.has(postgresCode(error) ?? '')) throw error;
    throw await phoneTakenNow(ctx, addressesIn(books.phone), null);
  }
}
