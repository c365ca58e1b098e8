import type { AppContext } from '#src/context.ts';
import { hashSecret, newSecret } from '#src/platform/secret-box.ts';
import type { Instance } from './instance.ts';

type Identity = Pick<Instance, 'providerName' | 'token' | 'webhookSecretHash' | 'webhookSecret' | 'webhookJwtKey'>;

/** By what an instance is known at Evolution and knows its webhooks; generated from an id that nothing else has. */
export function newIdentity(ctx: Pick<AppContext, 'secrets'>, id: string): Identity {
  const secret = newSecret();
  return {
    providerName: `ulak-${id.replaceAll('-', '')}`,
    token: ctx.secrets.seal(newSecret()),
    webhookSecretHash: hashSecret(secret),
    webhookSecret: ctx.secrets.seal(secret),
    webhookJwtKey: ctx.secrets.seal(newSecret()),
  };
}
