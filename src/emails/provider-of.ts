import type { mailProviders } from '#src/db/schema/mail-providers.ts';

export type MailProvider = (typeof mailProviders)[number];

/** Domains that people have mailboxes at; a company's own, even when Google keeps them, count as others. */
const domains: [RegExp, MailProvider][] = [
  [/^(gmail|googlemail)\.com$/, 'gmail'],
  [/^(outlook|hotmail|live|msn|windowslive|passport)\.([a-z]{2,3})(\.[a-z]{2})?$/, 'microsoft'],
  [/^(yahoo|ymail|rocketmail|myyahoo)\.([a-z]{2,3})(\.[a-z]{2})?$/, 'yahoo'],
  [/^(icloud|me|mac)\.com$/, 'icloud'],
  [/^(yandex\.([a-z]{2,3})(\.[a-z]{2})?|ya\.ru)$/, 'yandex'],
];

/** Whose mailbox an address is, as far as its domain tells. */
export function providerOf(address: string): MailProvider {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domains.find(([pattern]) => pattern.test(domain))?.[1] ?? 'other';
}
