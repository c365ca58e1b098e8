import { createHash, timingSafeEqual } from 'node:crypto';
import { addressMatcher } from '#src/platform/client-address.ts';

const isNear = addressMatcher(['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1/128', 'fc00::/7']);
const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * With a token: whoever bears it. Without one: whoever asks from this machine or a private network himself, not through a proxy,
 * behind which anybody may stand.
 */
export function mayReadMetrics(token: string | null, headers: Headers, address: string | null): boolean {
  if (token !== null) {
    const borne = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '';
    return timingSafeEqual(digest(borne), digest(token));
  }
  return !headers.has('x-forwarded-for') && !headers.has('forwarded') && address !== null && isNear(address);
}
