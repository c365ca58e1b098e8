import { lookup, Resolver } from 'node:dns/promises';

export type RecordType = 'TXT' | 'CNAME' | 'MX';

/** Looks names up. `records` is empty where there is none; null: nobody could say. */
export type Dns = {
  look(type: RecordType, name: string): Promise<string[] | null>;
  /** Where a host is, in IPv4 and IPv6. */
  addresses(host: string): Promise<string[] | null>;
};

export type DnsOptions = {
  /** `address:port`; the system's unless told. */
  servers?: string[];
  timeoutMs?: number;
};

const TIMEOUT_MS = 4000;
/** An answer, and a clear one: there is no such name, or no such record. */
const NONE = new Set(['ENODATA', 'ENOTFOUND']);

/** By the system's resolvers. TXT records come in one piece; an MX as `10 host`. Names end without a dot. */
export function createDns({ servers, timeoutMs = TIMEOUT_MS }: DnsOptions = {}): Dns {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers) resolver.setServers(servers);
  const ask = {
    TXT: async (name: string) => (await resolver.resolveTxt(name)).map((chunks) => chunks.join('')),
    CNAME: (name: string) => resolver.resolveCname(name),
    MX: async (name: string) =>
      (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${exchange}`),
  };
  const orNone = async (asking: Promise<string[]>): Promise<string[] | null> => {
    try {
      return await asking;
    } catch (error) {
      return NONE.has((error as { code?: string }).code ?? '') ? [] : null;
    }
  };
  return {
    look: (type, name) => orNone(ask[type](name)),
    async addresses(host) {
      const [four, six] = await Promise.all([orNone(resolver.resolve4(host)), orNone(resolver.resolve6(host))]);
      if (four?.length || six?.length) return [...(four ?? []), ...(six ?? [])];
      if (!four || !six) return null;
      // no name of the DNS: it may stand in the machine's own list. This takes a thread, so only for what is answered at once
      return orNone(lookup(host, { all: true }).then((found) => found.map(({ address }) => address)));
    },
  };
}
