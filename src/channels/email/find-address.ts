import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createTargetGuard } from '#src/platform/target-guard.ts';

/**
 * Looks up a host that a stranger named, and gives the address to connect to: no private one, unless it is within `allowed`
 * (CIDRs). To connect to what was checked, and to nothing that the name means a moment later. Throws when there is none.
 */
export function createAddressFinder(allowed: readonly string[]): (host: string) => Promise<string> {
  const guard = createTargetGuard(allowed);
  return async (host) => {
    const found = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
    const reachable = found.map(unmap).find(guard.mayReach);
    if (!reachable) throw new Error(`${host} has no address that may be connected to`);
    return reachable;
  };
}

/** `::ffff:10.0.0.1` is 10.0.0.1. */
const unmap = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
