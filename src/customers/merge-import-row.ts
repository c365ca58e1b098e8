import type { ImportDefaults } from '#src/db/schema/customer-imports.ts';
import { limits } from './customer.ts';
import type { ImportRow } from './import-row.ts';
import type { ImportCustomer } from './plan-import-batch.ts';

/** What a customer may have of addresses of one kind. */
const MOST_ADDRESSES = limits.addresses;

/** The customer that a row is the first to speak of. */
export function startCustomer(id: string, row: ImportRow, defaults: ImportDefaults): ImportCustomer {
  const { phone, otherPhones, email, otherEmails, phoneCountryCode, consents: _, ...same } = row;
  return {
    ...same,
    id,
    phones: listOf(phone, otherPhones),
    emails: listOf(email, otherEmails),
    countryCode: row.countryCode ?? phoneCountryCode ?? defaults.countryCode ?? null,
    source: row.source ?? defaults.source ?? null,
    consultantId: row.consultantId ?? defaults.consultantId ?? null,
    tags: addUp([...(defaults.tags ?? []), ...row.tags], [], limits.tags),
  };
}

/** What the row says holds; what it leaves open stays. */
export function overwriteCustomer(before: ImportCustomer, row: ImportRow, defaults: ImportDefaults): ImportCustomer {
  return {
    ...additions(before, row, defaults),
    firstName: row.firstName,
    lastName: row.lastName ?? before.lastName,
    phones: replacePrimary(before.phones, row.phone, row.otherPhones),
    emails: replacePrimary(before.emails, row.email, row.otherEmails),
    countryCode: row.countryCode ?? before.countryCode ?? row.phoneCountryCode ?? defaults.countryCode ?? null,
    city: row.city ?? before.city,
    language: row.language ?? before.language,
    birthday: row.birthday ?? before.birthday,
    source: row.source ?? before.source ?? defaults.source ?? null,
    consultantId: row.consultantId ?? before.consultantId ?? defaults.consultantId ?? null,
    customFields: { ...before.customFields, ...row.customFields },
    note: row.note ?? before.note,
  };
}

/** What is known stays; the row says only what is not. */
export function fillCustomer(before: ImportCustomer, row: ImportRow, defaults: ImportDefaults): ImportCustomer {
  return {
    ...additions(before, row, defaults),
    firstName: before.firstName || row.firstName,
    lastName: before.lastName ?? (before.firstName === row.firstName ? row.lastName : null),
    phones: addUp(before.phones, listOf(row.phone, row.otherPhones), MOST_ADDRESSES),
    emails: addUp(before.emails, listOf(row.email, row.otherEmails), MOST_ADDRESSES),
    countryCode: before.countryCode ?? row.countryCode ?? row.phoneCountryCode ?? defaults.countryCode ?? null,
    city: before.city ?? row.city,
    language: before.language ?? row.language,
    birthday: before.birthday ?? row.birthday,
    source: before.source ?? row.source ?? defaults.source ?? null,
    consultantId: before.consultantId ?? row.consultantId ?? defaults.consultantId ?? null,
    customFields: { ...row.customFields, ...before.customFields },
    note: before.note ?? row.note,
  };
}

/** The identity, and what adds up under either rule. */
const additions = (before: ImportCustomer, row: ImportRow, defaults: ImportDefaults) => ({
  id: before.id,
  tags: addUp(before.tags, [...(defaults.tags ?? []), ...row.tags], Math.max(limits.tags, before.tags.length)),
});

const listOf = (first: string | null, others: string[]): string[] => (first === null ? others : [first, ...others]);

const addUp = (before: string[], more: string[], most: number): string[] =>
  [...new Set([...before, ...more])].slice(0, Math.max(most, before.length));

/** A new address takes the place of the primary one; one that is known already changes nothing. */
function replacePrimary(before: string[], given: string | null, others: string[]): string[] {
  if (given === null || before.includes(given)) return addUp(before, others, MOST_ADDRESSES);
  return addUp([given, ...before.slice(1)], others, MOST_ADDRESSES);
}
