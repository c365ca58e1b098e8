import { sql } from 'drizzle-orm';
import type { Context } from 'hono';
import type { AppContext } from '#src/context.ts';
import { rateLimits } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import { hashSecret } from '#src/platform/secret-box.ts';

/** Requests a minute, counted for all processes together. */
export type RequestLimits = { signedInPerMinute: number; anonymousPerMinute: number };

export const defaultRequestLimits: RequestLimits = { signedInPerMinute: 600, anonymousPerMinute: 120 };

export type RequestLimiter = {
  /** Counts one request of `key`, says so in the headers, and throws `rate-limited` when it is one too many. */
  count(kind: 'signed-in' | 'anonymous', key: string, c: Context): Promise<void>;
};

const WINDOW_MS = 60_000;
/** So many parts of a share a process takes at once: one statement for many requests, and little is left lying with it. */
const PARTS = 20;
const MOST_KEYS = 10_000;

/** What this process has of somebody's share until `endsAt`. `beyond`: what the database had left when asked last. */
type Portion = { endsAt: number; left: number; beyond: number; asking: Promise<void> | null };

/**
 * Shares are kept in the database; each process takes some of them at a time, so that together they never let pass more than the
 * limit, and who has none left costs no more statements until the minute is over.
 */
export function createRequestLimiter(ctx: AppContext, limits: RequestLimits): RequestLimiter {
  const most = { 'signed-in': limits.signedInPerMinute, anonymous: limits.anonymousPerMinute };
  const portions = new Map<string, Portion>();
  const now = () => ctx.clock.now().getTime();
  return {
    async count(kind, key, c) {
      const limit = most[kind];
      const portion = portionOf(portions, `${kind} ${key}`, now());
      const { isOpen } = await take(ctx, portion, `${kind} ${key}`, limit);
      const seconds = Math.max(1, Math.ceil((portion.endsAt - now()) / 1000));
      // set on the response itself: answers that a handler builds without `c` keep them
      c.res.headers.set('RateLimit-Policy', `"${kind}";q=${limit};w=${WINDOW_MS / 1000}`);
      c.res.headers.set('RateLimit', `"${kind}";r=${portion.left + portion.beyond};t=${seconds}`);
      if (!isOpen) throw tooManyRequests(seconds);
    },
  };
}

/** The oldest go when there are too many: what they had left is lost to their owners for the minute. */
function portionOf(portions: Map<string, Portion>, key: string, now: number): Portion {
  const known = portions.get(key);
  if (known && (known.endsAt > now || known.asking)) return known;
  portions.delete(key);
  const fresh: Portion = { endsAt: now + WINDOW_MS, left: 0, beyond: 1, asking: null };
  portions.set(key, fresh);
  if (portions.size > MOST_KEYS) portions.delete(portions.keys().next().value!);
  return fresh;
}

async function take(ctx: AppContext, portion: Portion, key: string, limit: number): Promise<{ isOpen: boolean }> {
  while (portion.left === 0 && portion.beyond > 0) {
    portion.asking ??= ask(ctx, portion, key, limit).finally(() => {
      portion.asking = null;
    });
    await portion.asking;
  }
  if (portion.left === 0) return { isOpen: false };
  portion.left--;
  return { isOpen: true };
}

async function ask(ctx: AppContext, portion: Portion, who: string, limit: number): Promise<void> {
  const key = `requests:${hashSecret(who)}`;
  const size = Math.max(1, Math.floor(limit / PARTS));
  const now = ctx.clock.now().getTime();
  const isOver = sql`${rateLimits.lastRequest} <= ${now - WINDOW_MS}`;
  const [row] = await ctx.db
    .insert(rateLimits)
    .values({ key, count: size, lastRequest: now })
    .onConflictDoUpdate({
      target: rateLimits.key,
      set: {
        count: sql`case when ${isOver} then ${size}::int else least(${rateLimits.count}, ${limit}) + ${size}::int end`,
        lastRequest: sql`case when ${isOver} then ${now} else ${rateLimits.lastRequest} end`,
      },
    })
    .returning({ count: rateLimits.count, begunAt: rateLimits.lastRequest });
  const { count, begunAt } = row!;
  portion.endsAt = begunAt + WINDOW_MS;
  portion.left = Math.max(0, Math.min(size, limit - (count - size)));
  portion.beyond = Math.max(0, limit - count);
}

export const tooManyRequests = (seconds: number): Problem =>
  new Problem('rate-limited', {
    detail: { en: `Try again in ${seconds} s`, tr: `${seconds} sn sonra yeniden deneyin` },
    headers: { 'Retry-After': String(seconds) },
  });
