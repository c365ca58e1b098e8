import type { Config } from '#src/config.ts';
import { notFound } from '#src/platform/problem.ts';

/** The mailbox shows everybody's mail to everybody: only where nothing is real, neither WhatsApp nor mail nor SMS. Throws `not-found`. */
export function requireSandbox({ config }: { config: Config }): void {
  const { smtpUrl, sesRegion } = config.mail;
  const { netgsm, aws } = config.sms;
  if ([config.evolution, smtpUrl, sesRegion, netgsm, aws].some((real) => real !== null)) throw notFound();
}
