import { z } from '@hono/zod-openapi';
import type { Text } from '#src/platform/language.ts';

export type NormalEmail = { ok: true; email: string } | { ok: false; reason: Text };

const address = z.email().max(254);
const NOT_ONE: Text = { en: 'This is not a valid email address', tr: 'Bu geçerli bir e-posta adresi değil' };

/** One email address, trimmed and in lower case. Only A–Z are lowered: a Turkish İ is no letter of an address. */
export function normalizeEmail(input: string): NormalEmail {
  const email = input.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return address.safeParse(email).success ? { ok: true, email } : { ok: false, reason: NOT_ONE };
}
