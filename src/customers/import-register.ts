import type { ImportRow } from './import-row.ts';
import type { ImportCustomer } from './plan-import-batch.ts';

/** Customers by each of their phones and emails, as they are after every change; of several with one email, the oldest. */
export function createImportRegister(existing: ImportCustomer[]) {
  const byId = new Map<string, ImportCustomer>();
  const byPhone = new Map<string, string>();
  const byEmail = new Map<string, string[]>();
  const keep = (customer: ImportCustomer): void => {
    const { id, phones, emails } = customer;
    for (const phone of byId.get(id)?.phones ?? []) if (!phones.includes(phone)) byPhone.delete(phone);
    byId.set(id, customer);
    for (const phone of phones) byPhone.set(phone, id);
    for (const email of emails) byEmail.set(email, [...new Set([...(byEmail.get(email) ?? []), id])].sort());
  };
  const ownerOf = (phone: string): ImportCustomer | undefined => byId.get(byPhone.get(phone) ?? '');
  const find = ({ phone, otherPhones, email, otherEmails }: ImportRow): ImportCustomer | undefined => {
    const numbers = phone === null ? otherPhones : [phone, ...otherPhones];
    for (const number of numbers) {
      const owner = ownerOf(number);
      if (owner) return owner;
    }
    const addresses = email === null ? otherEmails : [email, ...otherEmails];
    for (const address of addresses) {
      const sharers = (byEmail.get(address) ?? []).map((id) => byId.get(id)!);
      const twin = sharers.find(
        (customer) => customer.emails.includes(address) && (phone === null || customer.phones.length === 0),
      );
      if (twin) return twin;
    }
    return undefined;
  };
  for (const customer of existing) keep(customer);
  return {
    find,
    keep,
    sharesPhone: (customer: ImportCustomer, { phone, otherPhones }: ImportRow): boolean =>
      [phone, ...otherPhones].some((number) => number !== null && customer.phones.includes(number)),
    /** Nobody else has this phone. */
    mayHave: (id: string, phone: string): boolean => (byPhone.get(phone) ?? id) === id,
  };
}
