import { eq, sql } from 'drizzle-orm';
import { type AppContext, outsideBelt } from '#src/context.ts';
import { rateLimits } from '#src/db/schema/accounts.ts';
import { hashSecret } from '#src/platform/secret-box.ts';
import { tooManyRequests } from './request-limits.ts';

/** So many tries in so long a time, counted in the database for all processes together. */
export type AttemptLimit = { most: number; windowMs: number };

/** What is tried, and by whom: an address, an e-mail. Kept as a hash only. */
export const attemptKey = (what: string, ...who: (string | null)[]): string =>
  `${what}:${hashSecret(who.map((part) => part ?? 'unknown').join('\n'))}`;

/**
 * Counts a try before it is made, so that parallel ones cannot slip through. Throws `rate-limited` when it is one too many;
 * that does not lengthen the wait.
 */
export async function countAttempt(ctx: AppContext, key: string, limit: AttemptLimit): Promise<void> {
  const now = ctx.clock.now().getTime();
  const since = sql`${rateLimits.lastRequest} <= ${now - limit.windowMs}`;
  const [row] = await outsideBelt(ctx)
    .db.insert(rateLimits)
    .values({ key, count: 1, lastRequest: now })
    .onConflictDoUpdate({
      target: rateLimits.key,
      set: {
        count: sql`case when ${since} then 1 else least(${rateLimits.count}, ${limit.most}) + 1 end`,
        lastRequest: sql`case when ${since} then ${now} else ${rateLimits.lastRequest} end`,
      },
    })
    .returning({ count: rateLimits.count, startedAt: rateLimits.lastRequest });
  if (row && row.count > limit.most)
    throw tooManyRequests(Math.max(1, Math.ceil((row.startedAt + limit.windowMs - now) / 1000)));
}

/** The try went well and does not count; earlier ones do. */
export async function takeBackAttempt(ctx: AppContext, key: string): Promise<void> {
  await ctx.db
    .update(rateLimits)
    .set({ count: sql`greatest(${rateLimits.count} - 1, 0)` })
    .where(eq(rateLimits.key, key));
}

/** The try went well: earlier ones are forgiven. */
export async function forgiveAttempts(ctx: AppContext, key: string): Promise<void> {
  await outsideBelt(ctx).db.delete(rateLimits).where(eq(rateLimits.key, key));
}
