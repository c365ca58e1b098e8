import type { OrgContext } from '#src/context.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';
import { normalizeEmail } from './normalize-email.ts';
import { normalizePhone } from './normalize-phone.ts';
import { defaultRegionOf } from './queries.ts';

type Given = { phone?: string | null | undefined; email?: string | null | undefined };
/** Undefined: not given. Null: given as nothing. */
export type Addresses = { phone?: string | null; email?: string | null; phoneCountryCode: string | null };

/** The addresses of a body, normalised. Throws `invalid-request` that says what is wrong with each. */
export async function readAddresses(ctx: OrgContext, given: Given): Promise<Addresses> {
  const read: Addresses = { phoneCountryCode: null };
  const errors: FieldError[] = [];
  if (given.phone?.trim()) {
    const phone = normalizePhone(given.phone, await defaultRegionOf(ctx));
    if (phone.ok) [read.phone, read.phoneCountryCode] = [phone.phone, phone.countryCode];
    else errors.push({ path: 'phone', message: phone.reason });
  } else if (given.phone !== undefined) read.phone = null;
  if (given.email?.trim()) {
    const email = normalizeEmail(given.email);
    if (email.ok) read.email = email.email;
    else errors.push({ path: 'email', message: email.reason });
  } else if (given.email !== undefined) read.email = null;
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
  return read;
}
