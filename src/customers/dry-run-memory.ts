import { createHash } from 'node:crypto';
import { newId } from '#src/platform/ids.ts';
import type { ImportRow } from './import-row.ts';
import type { ImportCustomer } from './plan-import-batch.ts';

/**
 * Remembers, in a few bytes an address, whom a dry run would have created, so that later batches find them as they would
 * have been found in the database.
 */
export function createDryRunMemory() {
  const phones = new Set<number>();
  const emails = new Map<number, 'with-phone' | 'without-phone'>();
  return {
    remember(customers: ImportCustomer[]): void {
      for (const customer of customers) {
        for (const phone of customer.phones) phones.add(Number(phone));
        const sort = customer.phones.length > 0 ? 'with-phone' : 'without-phone';
        for (const email of customer.emails) emails.set(fingerprint(email), sort);
      }
    },
    recall: (rows: ImportRow[]): ImportCustomer[] =>
      rows.flatMap(({ phone, otherPhones, email }) => {
        const byEmail = email === null ? undefined : emails.get(fingerprint(email));
        const known = [phone, ...otherPhones].find((number) => number !== null && phones.has(Number(number)));
        if (known) return ghost([known], []);
        if (email && byEmail) return ghost(byEmail === 'with-phone' ? [ELSEWHERE] : [], [email]);
        return [];
      }),
  };
}

export type DryRunMemory = ReturnType<typeof createDryRunMemory>;

/** Some phone or other, in no row of any file. */
const ELSEWHERE = '+0';

/** 48 bits: a collision would only miscount a dry run by one. */
const fingerprint = (email: string): number => createHash('sha1').update(email).digest().readUIntBE(0, 6);

const ghost = (phones: string[], emails: string[]): ImportCustomer => ({
  id: newId(),
  firstName: '',
  lastName: null,
  phones,
  emails,
  countryCode: null,
  city: null,
  language: null,
  birthday: null,
  source: null,
  consultantId: null,
  tags: [],
  customFields: {},
  note: null,
});
