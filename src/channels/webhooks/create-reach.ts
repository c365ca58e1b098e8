import { isIP, type LookupFunction } from 'node:net';
import { createTargetGuard } from '#src/platform/target-guard.ts';
import { Refused, type TargetFlaw } from './hook-client.ts';

export type ReachOptions = {
  /** CIDRs that may be reached although private. */
  allowPrivateTargets: readonly string[];
  /** Whether http:// will do everywhere, not only where it is allowed although private. */
  allowInsecure: boolean;
  /** The addresses of a name; empty: none, null: nobody could say. */
  resolve(host: string): Promise<string[] | null>;
};

/** What a URL may lead to. */
export type Reach = {
  /** What can be told by its letters alone. */
  mayAsk(url: URL): boolean;
  /** As it stands now; null: nothing against it. */
  inspect(url: URL): Promise<TargetFlaw | null>;
  /** Gives whoever connects the addresses that he may connect to. */
  lookupFor(url: URL): LookupFunction;
};

/** Judges where strangers would have us connect to. */
export function createReach(options: ReachOptions): Reach {
  const { allowInsecure, allowPrivateTargets } = options;
  const guard = createTargetGuard(allowPrivateTargets);
  const mayReach = ({ protocol }: URL) => (protocol === 'https:' || allowInsecure ? guard.mayReach : guard.isAllowed);
  const reachable = async (url: URL): Promise<string[]> => {
    const addresses = (await addressesOf(url, options)).filter(mayReach(url));
    if (addresses.length === 0) throw new Refused('refused-target');
    return addresses;
  };
  return {
    // no name to look up: node connects to what stands there
    mayAsk: (url) => !flawOf(url) && (!isIP(hostOf(url)) || mayReach(url)(hostOf(url))),
    async inspect(url) {
      const flaw = flawOf(url);
      if (flaw) return flaw;
      // what cannot be looked up now may be known tomorrow, and is looked at then
      const addresses = await addressesOf(url, options).catch(() => []);
      if (addresses.some(mayReach(url))) return null;
      if (addresses.length > 0) return addresses.some(guard.mayReach) ? 'insecure' : 'private';
      return url.protocol === 'http:' && !allowInsecure && allowPrivateTargets.length === 0 ? 'insecure' : null;
    },
    lookupFor:
      (url) =>
      (_host, { all }, done) => {
        reachable(url).then(
          (addresses) => {
            const found = addresses.map((address) => ({ address, family: isIP(address) }));
            if (all) done(null, found);
            else done(null, found[0]!.address, found[0]!.family);
          },
          (error: Error) => done(error, []),
        );
      },
  };
}

async function addressesOf(url: URL, { resolve }: ReachOptions): Promise<string[]> {
  const host = hostOf(url);
  if (isIP(host)) return [host];
  if (/(^|\.)localhost\.?$/.test(host)) return ['127.0.0.1', '::1'];
  const found = await resolve(host);
  if (!found?.length) throw new Refused('no-address');
  return found;
}

/** `[::1]` without its brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

function flawOf({ protocol, username, password, port }: URL): TargetFlaw | null {
  if (protocol !== 'https:' && protocol !== 'http:') return 'scheme';
  if (username || password) return 'credentials';
  return isWebPort(port) ? null : 'port';
}

/** Ports that web servers use: a mail server or a shell takes no webhooks. */
const isWebPort = (port: string): boolean => port === '' || port === '80' || port === '443' || Number(port) >= 1024;
