import { eq } from 'drizzle-orm';
import type { CryptoKey } from 'jose';
import type { AppContext } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { hashSecret } from '#src/platform/secret-box.ts';

/** Whom a webhook is about. */
export type Receiver = {
  instanceId: string;
  organizationId: string;
  providerName: string;
  jwtKey: CryptoKey;
  /** Nobody wants to hear of it any more. */
  deleted: boolean;
};

export type Receivers = {
  /** The instance whose secret this is, or null. What was found is believed for a few seconds. */
  find(ctx: AppContext, secret: string): Promise<Receiver | null>;
};

const BELIEVED_MS = 5_000;
const MOST_REMEMBERED = 20_000;

/** Looks instances up by the secret in their webhook's path, once for a burst of webhooks. */
export function createReceivers(): Receivers {
  const known = new Map<string, { receiver: Promise<Receiver | null>; until: number }>();
  return {
    find(ctx, secret) {
      const hash = hashSecret(secret);
      const now = performance.now();
      const seen = known.get(hash);
      if (seen && seen.until > now) return seen.receiver;
      if (known.size >= MOST_REMEMBERED) known.clear();
      const receiver = readReceiver(ctx, hash);
      known.set(hash, { receiver, until: now + BELIEVED_MS });
      receiver.catch(() => known.delete(hash));
      return receiver;
    },
  };
}

async function readReceiver(ctx: AppContext, hash: string): Promise<Receiver | null> {
  const [row] = await ctx.db
    .select({
      instanceId: instances.id,
      organizationId: instances.organizationId,
      providerName: instances.providerName,
      jwtKey: instances.webhookJwtKey,
      deletingAt: instances.deletingAt,
      deletedAt: instances.deletedAt,
    })
    .from(instances)
    .where(eq(instances.webhookSecretHash, hash));
  if (!row) return null;
  const { deletingAt, deletedAt, jwtKey, ...rest } = row;
  return {
    ...rest,
    jwtKey: await importKey(ctx.secrets.open(jwtKey)),
    deleted: deletingAt !== null || deletedAt !== null,
  };
}

const importKey = (key: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', new TextEncoder().encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
