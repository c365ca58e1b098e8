import { defaultKeyHasher } from '@better-auth/api-key';
import { count, eq, sql } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { apiKeys } from '#src/db/schema/accounts.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { newSecret } from '#src/platform/secret-box.ts';
import type { ApiKeyRow } from './queries.ts';
import { recordActivity } from './record-activity.ts';
import { formatPermissions, type Scope } from './scopes.ts';

const PREFIX = 'ulak_';
const SHOWN_CHARACTERS = 10;
const MOST_KEYS = 100;

export type NewApiKey = { name: string; scopes: Scope[]; expiresAt: Date | null };

/** Makes a key of the user's own; its text is in this answer and nowhere else. Throws `invalid-request`, `conflict`. */
export async function createApiKey(ctx: OrgContext, input: NewApiKey): Promise<ApiKeyRow & { key: string }> {
  requireSession(ctx);
  const now = ctx.clock.now();
  if (input.expiresAt && input.expiresAt <= now)
    throw invalid('expiresAt', { en: 'A time to come', tr: 'İleri bir zaman olmalı' });
  const key = PREFIX + newSecret();
  const row = {
    id: newId(),
    name: input.name,
    prefix: PREFIX,
    start: key.slice(0, SHOWN_CHARACTERS),
    permissions: formatPermissions(input.scopes),
    expiresAt: input.expiresAt,
    lastRequest: null,
    createdAt: now,
  };
  const secret = { key: await defaultKeyHasher(key), referenceId: ctx.userId, rateLimitEnabled: false, updatedAt: now };
  await inTransaction(ctx, async (ctx) => {
    await requireRoom(ctx);
    await ctx.db.insert(apiKeys).values({ ...row, ...secret });
    await recordActivity(ctx, {
      verb: 'accounts.create-api-key',
      subjectType: 'apiKey',
      subjectId: row.id,
      details: { name: input.name, scopes: input.scopes },
    });
  });
  return { ...row, key };
}

/** A key never makes or revokes keys. */
export function requireSession(ctx: OrgContext): void {
  if (ctx.actor.type === 'apiKey') throw new Problem('forbidden');
}

async function requireRoom(ctx: OrgContext): Promise<void> {
  await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${ctx.userId}::text, 2))`);
  const [row] = await ctx.db.select({ keys: count() }).from(apiKeys).where(eq(apiKeys.referenceId, ctx.userId));
  if ((row?.keys ?? 0) >= MOST_KEYS)
    throw new Problem('conflict', {
      detail: { en: `At most ${MOST_KEYS} keys a user`, tr: `Kullanıcı başına en çok ${MOST_KEYS} anahtar` },
    });
}
