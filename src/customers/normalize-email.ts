import { z } from '@hono/zod-openapi';
import type { Text } from '#src/platform/language.ts';

export type NormalEmail = { ok: true; email: string } | { ok: false; reason: Text };

/** What an address is; PostgreSQL reads it too. The first part has 64 characters at most (RFC 5321). */
export const EMAIL_PATTERN =
  "^(?!\\.)(?!.*\\.\\.)(?=.{1,64}@)[A-Za-z0-9_'+.-]*[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\\.)+[A-Za-z]{2,}$";

const address = z.email({ pattern: new RegExp(EMAIL_PATTERN) }).max(254);
const NOT_ONE: Text = { en: 'This is not a valid email address', tr: 'Bu geçerli bir e-posta adresi değil' };

/** One email address, trimmed and in lower case. Only A–Z are lowered: a Turkish İ is no letter of an address. */
export function normalizeEmail(input: string): NormalEmail {
  const email = input.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return address.safeParse(email).success ? { ok: true, email } : { ok: false, reason: NOT_ONE };
}
