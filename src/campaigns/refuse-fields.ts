import type { Text } from '#src/platform/language.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';

const OTHER_CHANNEL: Record<'whatsapp' | 'email', Text> = {
  whatsapp: { en: 'Only in WhatsApp campaigns', tr: 'Yalnızca WhatsApp kampanyalarında' },
  email: { en: 'Only in email campaigns', tr: 'Yalnızca e-posta kampanyalarında' },
};

/** Throws a 400 that names every field given although it belongs to the other channel. */
export function refuseFields(input: object, fields: readonly string[], belongTo: 'whatsapp' | 'email'): void {
  const given = Object.entries(input).filter(([name, value]) => fields.includes(name) && value !== undefined);
  if (given.length === 0) return;
  const errors: FieldError[] = given.map(([path]) => ({ path, message: OTHER_CHANNEL[belongTo] }));
  throw new Problem('invalid-request', { errors });
}
