import type { MessageContent } from './message-content.ts';
import { rowId } from './randomness.ts';

export type MessageStatus =
  | 'ERROR'
  | 'PENDING'
  | 'SERVER_ACK'
  | 'DELIVERY_ACK'
  | 'READ'
  | 'PLAYED'
  | 'DELETED'
  | 'EDITED';

/** One row of Evolution's MessageUpdate table. */
export interface StatusRow {
  id: string;
  remoteJid: string;
  status: MessageStatus;
}

export interface MessageKey {
  remoteJid: string;
  remoteJidAlt?: string;
  fromMe: boolean;
  id: string;
  participant?: string;
  participantAlt?: string;
  addressingMode?: 'pn' | 'lid';
  deleted?: boolean;
}

/** One row of Evolution's Message table, small enough to keep many: the content is rendered on demand. */
export interface MessageRow {
  id: string;
  key: MessageKey;
  pushName: string | null;
  content: MessageContent;
  timestamp: number;
  source: string;
  status: MessageStatus | null;
  /** Messages without receipts: groups, broadcasts, muted ones and everything received. */
  expectsReceipts: boolean;
  updates: StatusRow[];
  /** Of an inbound one, base64, where the control call gave it; not remembered over a restart. */
  file?: string;
}

export function createMessageRow(row: Omit<MessageRow, 'id' | 'updates'>): MessageRow {
  return { id: rowId(), ...row, updates: [] };
}
