import type { Config } from '#src/config.ts';
import { notFound } from '#src/platform/problem.ts';

/** The mailbox shows everybody's mail to everybody: only where nothing is real, neither WhatsApp nor mail. Throws `not-found`. */
export function requireSandbox({ config }: { config: Config }): void {
  const { smtpUrl, sesRegion } = config.mail;
  if (config.evolution !== null || smtpUrl !== null || sesRegion !== null) throw notFound();
}
