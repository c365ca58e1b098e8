import type { MediaFacts } from './message-content.ts';

/** One message that reached WhatsApp, whatever the caller was told. */
export interface SendRecord {
  at: string;
  instance: string;
  number: string;
  jid: string;
  verb: string;
  text: string | null;
  media: MediaFacts | null;
  keyId: string;
  /** The message that it quotes or reacts to. */
  refersTo?: string;
  /** The emoji of a reaction; empty: it is taken back. */
  emoji?: string;
  /** The `messageId` in the request, honoured or not. */
  messageId: string | null;
  /** How long "typing…" was asked to be shown before; null: not at all. */
  delayMs: number | null;
  /** False for a repetition of an id that the phone had already shown (own message ids only). */
  shown: boolean;
}

/** What was done about messages that are there already. */
export interface DeedRecord {
  deed: 'read' | 'typing' | 'recall';
  instance: string;
  /** Of a message, or whom it was done to. */
  of: string;
}

export interface NumberCount {
  accepted: number;
  shown: number;
}

const recordsKept = 200_000;

/** What the phones saw. Records are bounded, the counts per number are not. */
export class SendLog {
  #records: SendRecord[] = [];
  #counts = new Map<string, NumberCount>();
  #ownIds = new Set<string>();
  #total = 0;
  #deeds: DeedRecord[] = [];

  record(record: SendRecord): void {
    this.#records.push(record);
    if (record.messageId === record.keyId) this.#ownIds.add(record.keyId);
    if (this.#records.length > recordsKept * 1.25) this.#records = this.#records.slice(-recordsKept);
    this.addCount(record.number, { accepted: 1, shown: record.shown ? 1 : 0 });
  }

  addCount(number: string, { accepted, shown }: NumberCount): void {
    const count = this.#counts.get(number);
    this.#total += accepted;
    if (count) {
      count.accepted += accepted;
      count.shown += shown;
    } else this.#counts.set(number, { accepted, shown });
  }

  noteDeed(deed: DeedRecord): void {
    this.#deeds.push(deed);
    if (this.#deeds.length > recordsKept * 1.25) this.#deeds = this.#deeds.slice(-recordsKept);
  }

  deeds(): readonly DeedRecord[] {
    return this.#deeds;
  }

  /** Whether a phone already has a message with this id of the caller's choosing. */
  hasShown(keyId: string): boolean {
    return this.#ownIds.has(keyId);
  }

  get total(): number {
    return this.#total;
  }

  counts(): ReadonlyMap<string, NumberCount> {
    return this.#counts;
  }

  records(filter: { instance?: string; number?: string } = {}): SendRecord[] {
    const digits = filter.number?.replace(/\D/g, '');
    return this.#records.filter(
      (record) =>
        (filter.instance === undefined || record.instance === filter.instance) &&
        (digits === undefined || record.number === digits),
    );
  }

  clear(): void {
    this.#records = [];
    this.#deeds = [];
    this.#counts.clear();
    this.#ownIds.clear();
    this.#total = 0;
  }
}
