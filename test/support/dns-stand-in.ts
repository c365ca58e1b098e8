import type { Dns, RecordType } from '#src/channels/dns/create-dns.ts';

export type DnsStandIn = Dns & {
  /** Nothing there unless set; null: nobody answers. */
  set(type: RecordType, name: string, records: string[] | null): void;
  clear(): void;
  asked: string[];
};

/** A DNS in which there is what the test says. */
export function createDnsStandIn(): DnsStandIn {
  const records = new Map<string, string[] | null>();
  const asked: string[] = [];
  return {
    asked,
    set: (type, name, values) => void records.set(`${type} ${name}`, values),
    clear: () => records.clear(),
    async look(type, name) {
      const key = `${type} ${name}`;
      asked.push(key);
      return records.has(key) ? (records.get(key) ?? null) : [];
    },
  };
}
