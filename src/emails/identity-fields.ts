import { smtpServerOf } from '#src/channels/email/smtp-server-of.ts';
import type { OrgContext } from '#src/context.ts';
import { normalizeEmail } from '#src/customers/normalize-email.ts';
import { invalid } from '#src/platform/problem.ts';
import type { Curves } from './provider-warm-up.ts';
import type { Identity } from './require-identity.ts';

/** An address of an identity's, in its normal form. Throws `invalid-request`. */
export function readIdentityAddress(path: string, given: string): string {
  const address = normalizeEmail(given);
  if (!address.ok) throw invalid(path, address.reason);
  return address.email;
}

/** The URL of an identity's own server, encrypted. Throws `invalid-request` for what is no such URL, without repeating it. */
export function sealSmtpUrl(ctx: OrgContext, url: string): string {
  try {
    smtpServerOf(url);
  } catch {
    throw invalid('smtpUrl', {
      en: 'An SMTP server such as smtps://user:password@mail.example.com:465',
      tr: 'smtps://kullanici:parola@mail.example.com:465 gibi bir SMTP sunucusu',
    });
  }
  return ctx.secrets.seal(url);
}

/** A warm-up by provider that begins now, or goes on from when one began; null: none. */
export function providerWarmUpFrom(
  ctx: OrgContext,
  curves: Curves | null | undefined,
  known: Identity['providerWarmUp'],
): Identity['providerWarmUp'] {
  const named = Object.entries(curves ?? {}).flatMap(([name, curve]) => (curve ? [[name, curve] as const] : []));
  return named.length === 0 ? null : { since: known?.since ?? warmUpFrom(ctx), curves: Object.fromEntries(named) };
}

/** Today (UTC), as a warm-up that begins now has it. */
export const warmUpFrom = (ctx: OrgContext): string => ctx.clock.now().toISOString().slice(0, 10);
