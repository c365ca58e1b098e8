import { newId } from '#src/platform/ids.ts';
import { limits } from './customer.ts';
import type { ImportRow } from './import-row.ts';
import type { ImportedConsent } from './record-import-consents.ts';

/** What an import knows of a customer. */
export type ImportCustomer = Omit<ImportRow, 'phoneCountryCode' | 'consents'> & { id: string };
export type ImportPlan = {
  /** To be written, each once. */
  changed: ImportCustomer[];
  /** Every customer a row stands for. */
  touched: string[];
  /** What the rows say of consent, in their order. */
  consents: ImportedConsent[];
  created: number;
  updated: number;
};

/**
 * Lays rows, in order, over the customers that exist: matched by phone, else by email where only one side has a phone.
 * What a row leaves open stays; tags add up; of rows for the same customer the last one wins.
 */
export function planImportBatch(rows: ImportRow[], existing: ImportCustomer[]): ImportPlan {
  const known = createRegister(existing);
  const changed = new Map<string, ImportCustomer>();
  const touched = new Set<string>();
  const consents: ImportedConsent[] = [];
  let created = 0;
  for (const row of rows) {
    const before = known.find(row);
    const after = before ? merge(before, row) : toCustomer(row);
    if (!before) created++;
    if (!before || differs(before, after)) {
      changed.set(after.id, after);
      known.keep(after);
    }
    touched.add(after.id);
    for (const consent of row.consents ?? []) consents.push({ ...consent, customerId: after.id });
  }
  return { changed: [...changed.values()], touched: [...touched], consents, created, updated: rows.length - created };
}

/** Customers by phone and by email, as they are after every change; of several with one email, the oldest. */
function createRegister(existing: ImportCustomer[]) {
  const byId = new Map<string, ImportCustomer>();
  const byPhone = new Map<string, string>();
  const byEmail = new Map<string, string[]>();
  const keep = (customer: ImportCustomer) => {
    const { id, phone, email } = customer;
    byId.set(id, customer);
    if (phone) byPhone.set(phone, id);
    if (email) byEmail.set(email, [...new Set([...(byEmail.get(email) ?? []), id])].sort());
  };
  const find = ({ phone, email }: ImportRow): ImportCustomer | undefined => {
    if (phone && byPhone.has(phone)) return byId.get(byPhone.get(phone)!);
    const sharers = email === null ? [] : (byEmail.get(email) ?? []).map((id) => byId.get(id)!);
    return sharers.find((customer) => customer.email === email && (!phone || !customer.phone));
  };
  for (const customer of existing) keep(customer);
  return { find, keep };
}

const toCustomer = ({ phoneCountryCode, consents: _, ...row }: ImportRow): ImportCustomer => ({
  ...row,
  countryCode: row.countryCode ?? phoneCountryCode,
  id: newId(),
});

const merge = (before: ImportCustomer, row: ImportRow): ImportCustomer => ({
  id: before.id,
  firstName: row.firstName,
  lastName: row.lastName ?? before.lastName,
  phone: row.phone ?? before.phone,
  email: row.email ?? before.email,
  countryCode: row.countryCode ?? before.countryCode ?? row.phoneCountryCode,
  source: row.source ?? before.source,
  tags: [...new Set([...before.tags, ...row.tags])].slice(0, Math.max(limits.tags, before.tags.length)),
  note: row.note ?? before.note,
});

const differs = (before: ImportCustomer, after: ImportCustomer): boolean =>
  (Object.keys(after) as (keyof ImportCustomer)[]).some(
    (key) => String(before[key] ?? '') !== String(after[key] ?? ''),
  );
