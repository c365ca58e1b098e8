import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type TargetGuard = {
  /** Whether strangers may have us connect to the address. */
  mayReach(address: string): boolean;
  /** Whether it is one of those that are allowed although private. */
  isAllowed(address: string): boolean;
};

/** All that is given out for use in the internet: https://www.iana.org/assignments/ipv6-unicast-address-assignments */
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Which addresses may be connected to when a stranger says where: those of the internet, and those within `allowed` (CIDRs). Not
 * ourselves, private and carrier networks, link-local (cloud metadata), multicast, reserved ones, nor any of them in the shape of IPv6.
 */
export function createTargetGuard(allowed: readonly string[]): TargetGuard {
  const excused = rangesOf(allowed);
  const isAllowed = (address: string) => {
    const plain = unmapped(address);
    return plain !== null && excused.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  };
  return { isAllowed, mayReach: (address) => isAllowed(address) || isPublic(address) };
}

function rangesOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** `::ffff:10.0.0.1` is 10.0.0.1. Null for what is no address. */
const unmapped = (address: string): string | null => (isIP(address) ? ipaddr.process(address).toString() : null);

/** Said of what is known to be for everybody, so that a range nobody thought of is refused. */
function isPublic(address: string): boolean {
  const plain = unmapped(address);
  if (plain === null) return false;
  const parsed = ipaddr.parse(plain);
  return parsed.range() === 'unicast' && (!(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_V6));
}
