import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Not the internet: ourselves, private networks, link-local (cloud metadata), carrier NAT, multicast, reserved. */
const PRIVATE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/128',
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

function rangesOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const contains = (list: BlockList, address: string): boolean =>
  list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Looks up a host that a stranger named, and gives the address to connect to: no private one, unless it is within `allowed`
 * (CIDRs). To connect to what was checked, and to nothing that the name means a moment later. Throws when there is none.
 */
export function createAddressFinder(allowed: readonly string[]): (host: string) => Promise<string> {
  const [refused, excused] = [rangesOf(PRIVATE), rangesOf(allowed)];
  const mayReach = (address: string) => contains(excused, address) || !contains(refused, address);
  return async (host) => {
    const found = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
    const reachable = found.map(unmap).find(mayReach);
    if (!reachable) throw new Error(`${host} has no address that may be connected to`);
    return reachable;
  };
}

/** `::ffff:10.0.0.1` is 10.0.0.1. */
const unmap = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
