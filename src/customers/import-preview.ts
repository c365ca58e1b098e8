import { createHash } from 'node:crypto';
import { newId } from '#src/platform/ids.ts';
import type { ImportRow } from './import-row.ts';
import type { ImportCustomer } from './plan-import-batch.ts';

/**
 * Remembers, in a few bytes an address, whom a dry run would have created, so that later batches find them as they would
 * have been found in the database.
 */
export function createImportPreview() {
  const phones = new Set<number>();
  const emails = new Map<number, 'with-phone' | 'without-phone'>();
  return {
    remember(customers: ImportCustomer[]): void {
      for (const { phone, email } of customers) {
        if (phone) phones.add(Number(phone));
        if (email) emails.set(fingerprint(email), phone ? 'with-phone' : 'without-phone');
      }
    },
    recall: (rows: ImportRow[]): ImportCustomer[] =>
      rows.flatMap(({ phone, email }) => {
        const byEmail = email === null ? undefined : emails.get(fingerprint(email));
        if (phone && phones.has(Number(phone))) return ghost(phone, null);
        if (email && byEmail) return ghost(byEmail === 'with-phone' ? ELSEWHERE : null, email);
        return [];
      }),
  };
}

export type ImportPreview = ReturnType<typeof createImportPreview>;

/** Some phone or other, in no row of any file. */
const ELSEWHERE = '+0';

/** 48 bits: a collision would only miscount a preview by one. */
const fingerprint = (email: string): number => createHash('sha1').update(email).digest().readUIntBE(0, 6);

const ghost = (phone: string | null, email: string | null): ImportCustomer => ({
  id: newId(),
  firstName: '',
  lastName: null,
  phone,
  email,
  countryCode: null,
  source: null,
  tags: [],
  note: null,
});
