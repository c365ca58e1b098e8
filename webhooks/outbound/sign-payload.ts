import { Webhook } from 'standardwebhooks';
import type { SecretBox } from '#src/platform/secret-box.ts';

export type SigningSecrets = {
  secretSealed: string;
  previousSecretSealed: string | null;
  previousSecretUntilAt: Date | null;
};

/**
 * The headers of Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): the id is the
 * event's, the time that of the attempt. After a rotation there are two signatures, so that either secret will do.
 */
export function signPayload(
  { open }: SecretBox,
  { secretSealed, previousSecretSealed, previousSecretUntilAt }: SigningSecrets,
  { id, body, at }: { id: string; body: string; at: Date },
): Record<string, string> {
  const sealed = [secretSealed];
  if (previousSecretSealed && previousSecretUntilAt && previousSecretUntilAt > at) sealed.push(previousSecretSealed);
  const signatures = sealed.map((secret) => new Webhook(open(secret)).sign(id, at, body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}
