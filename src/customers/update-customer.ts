import { and, eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import type { CustomerRow } from './consent-queries.ts';
import { type CustomerDetails, TAKEN } from './create-customer.ts';
import { searchTextOf } from './customer.ts';
import { type AddressBook, addressesIn, changeBook, readAddressBooks, saveFurther } from './customer-addresses.ts';
import { customerConditions } from './customer-conditions.ts';
import { customerMissing } from './customer-missing.ts';
import { normalizePhone } from './normalize-phone.ts';
import { phoneTakenNow } from './phone-taken.ts';
import { postgresCode } from './postgres-code.ts';
import { getCustomer } from './queries.ts';
import { readAddresses } from './read-addresses.ts';
import { readBirthday } from './read-birthday.ts';
import { readCustomValues } from './read-custom-values.ts';
import { recordMarketingConsent } from './record-marketing-consent.ts';
import { refuseTwin } from './refuse-twin.ts';
import { requireConsultant } from './require-consultant.ts';

type StoredCustomer = typeof customers.$inferSelect;
type Books = { phone: AddressBook; email: AddressBook };
const FIELDS = [
  'firstName',
  'lastName',
  'phones',
  'emails',
  'countryCode',
  'city',
  'language',
  'birthday',
  'source',
  'consultantId',
  'tags',
  'note',
  'customFields',
] as const;
type Said = Pick<StoredCustomer, Exclude<(typeof FIELDS)[number], 'phones' | 'emails'>> & {
  phones: string[];
  emails: string[];
};
type Changes = CustomerDetails & { firstName?: string | undefined };

/** Changes what is given, clears what is null. Throws `already-exists` when an address is another customer's. */
export function updateCustomer(ctx: OrgContext, id: string, input: Changes): Promise<CustomerRow> {
  return inTransaction(ctx, async (ctx) => {
    const [before] = await ctx.db
      .select()
      .from(customers)
      .where(and(eq(customers.id, id), customerConditions(ctx, {})))
      .for('update');
    if (!before) throw await customerMissing(ctx, id);
    const { books, booksBefore, phoneCountryCode } = await readBooks(ctx, id, input);
    await requireConsultant(ctx, input.consultantId);
    const customFields = await readCustomValues(ctx, before.customFields, input.customFields);
    const birthday = readBirthday(ctx, input.birthday);
    const changed = { ...merge(before, { ...input, birthday }, books, phoneCountryCode), customFields };
    const searchText = searchTextOf({ ...changed, books });
    await save(ctx, id, { ...changed, searchText, updatedAt: ctx.clock.now() }, books);
    await recordMarketingConsent(ctx, id, input.marketingConsent);
    await recordActivity(ctx, {
      verb: 'customers.update',
      subjectType: 'customer',
      subjectId: id,
      details: { fields: Object.keys(input).filter((field) => field !== 'allowDuplicate') },
      changes: changesOf<Said>(saidOf(before, booksBefore), saidOf(changed, books), FIELDS),
    });
    return getCustomer(ctx, id);
  });
}

/** The primary address stands first. */
const saidOf = (row: Omit<Said, 'phones' | 'emails'>, books: Books): Said => ({
  ...row,
  phones: addressesIn(books.phone),
  emails: addressesIn(books.email),
});

/** The addresses as they are to be. Only those that are new to him are looked for at others. */
async function readBooks(
  ctx: OrgContext,
  id: string,
  input: Changes,
): Promise<{ books: Books; booksBefore: Books; phoneCountryCode: string | null }> {
  const read = await readAddresses(ctx, input);
  const before = await readAddressBooks(ctx, id);
  const labelOf = (address: string) => before.labels.get(address) ?? null;
  const books = {
    phone: changeBook(before.phone, read.phone, read.phones, labelOf),
    email: changeBook(before.email, read.email, read.emails, labelOf),
  };
  const added = (kind: 'phone' | 'email') => addressesIn(books[kind]).filter((one) => !before.labels.has(one));
  const allowDuplicate = input.allowDuplicate ?? false;
  await refuseTwin(ctx, { phones: added('phone'), emails: added('email'), customerId: id, allowDuplicate });
  return { books, booksBefore: before, phoneCountryCode: read.phoneCountryCode };
}

function merge(before: StoredCustomer, input: Changes, books: Books, phoneCountryCode: string | null) {
  const given = <T>(value: T | undefined, kept: T): T => (value === undefined ? kept : value || (null as T));
  const derived = before.countryCode === null || before.countryCode === countryOf(before.phone);
  return {
    firstName: input.firstName ?? before.firstName,
    lastName: given(input.lastName, before.lastName),
    phone: books.phone.primary,
    email: books.email.primary,
    countryCode: given(input.countryCode, derived ? (phoneCountryCode ?? before.countryCode) : before.countryCode),
    city: given(input.city, before.city),
    language: given(input.language, before.language),
    birthday: given(input.birthday, before.birthday),
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

async function save(ctx: OrgContext, id: string, values: Partial<StoredCustomer>, books: Books): Promise<void> {
  try {
    await ctx.db.transaction(async (savepoint) => {
      await savepoint.update(customers).set(values).where(eq(customers.id, id));
      await saveFurther({ ...ctx, db: savepoint }, id, books);
    });
  } catch (error) {
    if (!TAKEN.has(postgresCode(error) ?? '')) throw error;
    throw await phoneTakenNow(ctx, addressesIn(books.phone), id);
  }
}
