import { type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { KEPT_MS } from './idempotency-keys.ts';

const BATCH = 5000;
const ATTEMPTS_KEPT_MS = 24 * 3600 * 1000;

/** Deletes idempotency keys after their day, sessions and verifications that have expired, and old attempt counters, in small bites. */
export async function purgeAccounts(ctx: AppContext, signal?: AbortSignal): Promise<void> {
  const now = ctx.clock.now();
  const nowText = sql`${now.toISOString()}::timestamptz`;
  const dayAgo = sql`${new Date(now.getTime() - KEPT_MS).toISOString()}::timestamptz`;
  const purges: [table: string, where: SQL][] = [
    ['idempotency_keys', sql`created_at <= ${dayAgo} and locked_until_at <= ${nowText}`],
    ['sessions', sql`expires_at <= ${nowText}`],
    ['verifications', sql`expires_at <= ${nowText}`],
    ['rate_limits', sql`last_request <= ${now.getTime() - ATTEMPTS_KEPT_MS}`],
  ];
  for (const [table, where] of purges) await purge(ctx, table, where, signal);
}

async function purge(ctx: AppContext, name: string, where: SQL, signal?: AbortSignal): Promise<void> {
  const table = sql.identifier(name);
  for (let deleted = BATCH; deleted === BATCH && !signal?.aborted; ) {
    const result = await ctx.db.execute(
      sql`delete from ${table} where ctid = any(array(select ctid from ${table} where ${where} limit ${BATCH}))`,
    );
    deleted = result.count;
  }
}
