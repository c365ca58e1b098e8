import { Resolver } from 'node:dns/promises';

export type RecordType = 'TXT' | 'CNAME' | 'MX';

/** Looks names up. `records` is empty where there is none; null: nobody could say. */
export type Dns = { look(type: RecordType, name: string): Promise<string[] | null> };

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
  return {
    async look(type, name) {
      try {
        return await ask[type](name);
      } catch (error) {
        return NONE.has((error as { code?: string }).code ?? '') ? [] : null;
      }
    },
  };
}
