import { BlockList, isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';

/** Whether an address lies in one of the ranges (CIDR). */
export function addressMatcher(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), familyOf(network));
  }
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Whose request it is: the peer's, or what the last proxy that we trust says of it. What a stranger wrote into
 * X-Forwarded-For himself stands further left, and is never reached.
 */
export function clientAddress(
  peer: string | null,
  forwarded: string | undefined,
  isTrusted: (address: string) => boolean,
): string | null {
  let address = peer && withoutPrefix(peer);
  for (const hop of (forwarded ?? '').split(',').reverse()) {
    const before = withoutPrefix(hop.trim());
    if (address === null || !isTrusted(address) || isIP(before) === 0) break;
    address = before;
  }
  return address;
}

/** `::ffff:10.0.0.1` → `10.0.0.1` */
const withoutPrefix = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Puts down on each request whose it is, for limits, sessions and logs: `c.get('address')`. `proxies`: CIDRs that we trust. */
export function knowClient(proxies: readonly string[]): MiddlewareHandler {
  const isTrusted = addressMatcher(proxies);
  return async (c, next) => {
    const peer = (c.env?.incoming?.socket?.remoteAddress as string | undefined) ?? null;
    c.set('address', clientAddress(peer, c.req.header('x-forwarded-for'), isTrusted));
    await next();
  };
}
