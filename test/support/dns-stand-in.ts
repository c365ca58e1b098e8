import type { Dns, RecordType } from '#src/channels/dns/create-dns.ts';

export type DnsStandIn = Dns & {
  /** Nothing there unless set; null: nobody answers. */
  set(type: RecordType, name: string, records: string[] | null): void;
  /** Where a host is; a function is asked each time. */
  setAddresses(host: string, addresses: string[] | null | (() => string[] | null)): void;
  clear(): void;
  asked: string[];
};

/** A DNS in which there is what the test says. */
export function createDnsStandIn(): DnsStandIn {
  const records = new Map<string, string[] | null>();
  const hosts = new Map<string, string[] | null | (() => string[] | null)>();
  const asked: string[] = [];
  return {
    asked,
    set: (type, name, values) => void records.set(`${type} ${name}`, values),
    setAddresses: (host, addresses) => void hosts.set(host, addresses),
    clear: () => {
      records.clear();
      hosts.clear();
    },
    async addresses(host) {
      asked.push(`A ${host}`);
      const found = hosts.get(host);
      return found === undefined ? [] : typeof found === 'function' ? found() : found;
    },
    async look(type, name) {
      const key = `${type} ${name}`;
      asked.push(key);
      return records.has(key) ? (records.get(key) ?? null) : [];
    },
  };
}
