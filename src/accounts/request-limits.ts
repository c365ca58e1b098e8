import type { Context } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '#src/platform/problem.ts';

/** Requests a minute, counted in each process by itself. */
export type RequestLimits = { signedInPerMinute: number; anonymousPerMinute: number };

export const defaultRequestLimits: RequestLimits = { signedInPerMinute: 600, anonymousPerMinute: 120 };

export type RequestLimiter = {
  /** Counts one request of `key`, says so in the headers, and throws `rate-limited` when it is one too many. */
  count(kind: 'signed-in' | 'anonymous', key: string, c: Context): Promise<void>;
};

const WINDOW_SECONDS = 60;

export function createRequestLimiter(limits: RequestLimits): RequestLimiter {
  const limiters = {
    'signed-in': new RateLimiterMemory({ points: limits.signedInPerMinute, duration: WINDOW_SECONDS }),
    anonymous: new RateLimiterMemory({ points: limits.anonymousPerMinute, duration: WINDOW_SECONDS }),
  };
  return {
    async count(kind, key, c) {
      const limiter = limiters[kind];
      const result = await limiter.consume(key).catch((refusal: unknown) => refusal);
      if (!(result instanceof RateLimiterRes)) throw result;
      const seconds = Math.max(1, Math.ceil(result.msBeforeNext / 1000));
      // set on the response itself: answers that a handler builds without `c` keep them
      c.res.headers.set('RateLimit-Policy', `"${kind}";q=${limiter.points};w=${WINDOW_SECONDS}`);
      c.res.headers.set('RateLimit', `"${kind}";r=${result.remainingPoints};t=${seconds}`);
      if (result.consumedPoints > limiter.points) throw tooManyRequests(seconds);
    },
  };
}

export const tooManyRequests = (seconds: number): Problem =>
  new Problem('rate-limited', {
    detail: { en: `Try again in ${seconds} s`, tr: `${seconds} sn sonra yeniden deneyin` },
    headers: { 'Retry-After': String(seconds) },
  });
