import type { MessageRow } from './message-row.ts';

export interface MessageFilter {
  keyId?: string;
  remoteJid?: string;
  fromMe?: boolean;
  rowId?: string;
  messageType?: string;
  from?: number;
  until?: number;
}

/** The Message rows of one instance, the oldest forgotten beyond the limit. */
export class MessageStore {
  #rows = new Map<string, MessageRow>();
  #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#rows.size;
  }

  add(row: MessageRow): void {
    this.#rows.set(row.key.id, row);
    if (this.#rows.size <= this.#limit) return;
    const oldest = this.#rows.keys().next().value;
    if (oldest !== undefined) this.#rows.delete(oldest);
  }

  byKeyId(keyId: string): MessageRow | undefined {
    return this.#rows.get(keyId);
  }

  all(): MessageRow[] {
    return [...this.#rows.values()];
  }

  /** Newest first, as Evolution orders them. */
  find(filter: MessageFilter): MessageRow[] {
    const candidates =
      filter.keyId === undefined ? this.all() : [this.#rows.get(filter.keyId)].filter((row) => row !== undefined);
    return candidates
      .filter((row) => matches(row, filter))
      .reverse()
      .sort((a, b) => b.timestamp - a.timestamp);
  }
}

function matches(row: MessageRow, filter: MessageFilter): boolean {
  const { remoteJid, fromMe, rowId, from, until } = filter;
  if (remoteJid !== undefined && row.key.remoteJid !== remoteJid && row.key.remoteJidAlt !== remoteJid) return false;
  // `fromMe: false` is ignored, as in 2.3.7.
  if (fromMe && !row.key.fromMe) return false;
  if (rowId !== undefined && row.id !== rowId) return false;
  if (filter.messageType !== undefined && messageTypeOf(row) !== filter.messageType) return false;
  if (from !== undefined && row.timestamp < from) return false;
  return until === undefined || row.timestamp <= until;
}

export function messageTypeOf(row: MessageRow): string {
  return row.content.kind === 'media' ? `${row.content.media}Message` : row.content.messageType;
}
