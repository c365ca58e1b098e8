import type { OrgContext } from '#src/context.ts';
import type { Text } from '#src/platform/language.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';
import { cleanLine } from './customer.ts';
import { normalizeEmail } from './normalize-email.ts';
import { normalizePhone } from './normalize-phone.ts';
import { defaultRegionOf } from './queries.ts';

export type Further = { address: string; label: string | null };
type Given = {
  phone?: string | null | undefined;
  email?: string | null | undefined;
  /** Beside the primary one. */
  phones?: { phone: string; label?: string | null | undefined }[] | undefined;
  emails?: { email: string; label?: string | null | undefined }[] | undefined;
};
/** Undefined: not given. Null: given as nothing. */
export type Addresses = {
  phone?: string | null;
  email?: string | null;
  phones?: Further[];
  emails?: Further[];
  phoneCountryCode: string | null;
};

/** The addresses of a body, normalised, each once. Throws `invalid-request` that says what is wrong with each. */
export async function readAddresses(ctx: OrgContext, given: Given): Promise<Addresses> {
  const read: Addresses = { phoneCountryCode: null };
  const errors: FieldError[] = [];
  const region = given.phone?.trim() || given.phones?.length ? await defaultRegionOf(ctx) : 'TR';
  if (given.phone?.trim()) {
    const phone = normalizePhone(given.phone, region);
    if (phone.ok) [read.phone, read.phoneCountryCode] = [phone.phone, phone.countryCode];
    else errors.push({ path: 'phone', message: phone.reason });
  } else if (given.phone !== undefined) read.phone = null;
  if (given.email?.trim()) {
    const email = normalizeEmail(given.email);
    if (email.ok) read.email = email.email;
    else errors.push({ path: 'email', message: email.reason });
  } else if (given.email !== undefined) read.email = null;
  if (given.phones)
    read.phones = readFurther(
      given.phones,
      errors,
      (index) => `phones[${index}].phone`,
      ({ phone }) => {
        const one = normalizePhone(phone, region);
        return one.ok ? { ok: true, address: one.phone } : one;
      },
    );
  if (given.emails)
    read.emails = readFurther(
      given.emails,
      errors,
      (index) => `emails[${index}].email`,
      ({ email }) => {
        const one = normalizeEmail(email);
        return one.ok ? { ok: true, address: one.email } : one;
      },
    );
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
  return read;
}

type Read = { ok: true; address: string } | { ok: false; reason: Text };

function readFurther<T extends { label?: string | null | undefined }>(
  given: T[],
  errors: FieldError[],
  pathOf: (index: number) => string,
  read: (one: T) => Read,
): Further[] {
  const found = new Map<string, Further>();
  for (const [index, one] of given.entries()) {
    const result = read(one);
    if (!result.ok) errors.push({ path: pathOf(index), message: result.reason });
    else if (!found.has(result.address))
      found.set(result.address, { address: result.address, label: cleanLine(one.label ?? '') || null });
  }
  return [...found.values()];
}
