import { randomUUID } from 'node:crypto';
import { MessageStore } from './message-store.ts';
import type { QrCode } from './qr-code.ts';
import { rowId } from './randomness.ts';

export type Integration = 'WHATSAPP-BAILEYS' | 'WHATSAPP-BUSINESS' | 'EVOLUTION';
export type ConnectionState = 'open' | 'connecting' | 'close';

export interface Settings {
  rejectCall: boolean;
  msgCall: string;
  groupsIgnore: boolean;
  alwaysOnline: boolean;
  readMessages: boolean;
  readStatus: boolean;
  syncFullHistory: boolean;
  wavoipToken: string;
}

export interface Dated {
  id: string;
  createdAt: string;
  updatedAt: string;
}

export interface WebhookConfig extends Dated {
  url: string;
  headers: Record<string, string> | null;
  enabled: boolean;
  events: string[];
  webhookByEvents: boolean;
  webhookBase64: boolean;
}

/** The database side of an instance: what survives a restart. */
export interface InstanceRecord {
  id: string;
  name: string;
  integration: Integration;
  token: string;
  number: string | null;
  businessId: string | null;
  connectionStatus: ConnectionState;
  ownerJid: string | null;
  profileName: string | null;
  profilePicUrl: string | null;
  disconnectionReasonCode: number | null;
  disconnectionObject: string | null;
  disconnectionAt: string | null;
  createdAt: string;
  updatedAt: string;
  /** Session keys are present: a connect logs in without a QR code. */
  paired: boolean;
  settings: Settings & Dated;
  webhook: WebhookConfig | null;
  proxy: (Record<string, unknown> & Dated) | null;
  chatwoot: Record<string, unknown> | null;
  typebots: Record<string, unknown>[];
}

export interface Contact {
  id: string;
  remoteJid: string;
  pushName: string | null;
  profilePicUrl: string | null;
  createdAt: string;
  updatedAt: string;
}

/** The process side: sockets, QR codes, queues. */
export interface Instance {
  record: InstanceRecord;
  state: ConnectionState;
  /** False until the first connect: sends then fail on an undefined client. */
  hasSocket: boolean;
  /** Own jid, known once the instance has been open in this process. */
  sender: string | null;
  qr: QrCode | null;
  qrCount: number;
  /** Changes whenever the socket changes; timers of an older socket do nothing. */
  epoch: number;
  /** Grows when the device is unlinked: receipts meant for an older device are lost. */
  device: number;
  storming: boolean;
  /** Receipts that arrive while not open wait here for the reconnect. */
  held: (() => void)[];
  /** Inbound events are handled one after the other. */
  queue: Promise<void>;
  messages: MessageStore;
  contacts: Map<string, Contact>;
}

export const noSettings: Settings = {
  rejectCall: false,
  msgCall: '',
  groupsIgnore: false,
  alwaysOnline: false,
  readMessages: false,
  readStatus: false,
  syncFullHistory: false,
  wavoipToken: '',
};

export function datedNow(): Dated {
  const now = new Date().toISOString();
  return { id: rowId(), createdAt: now, updatedAt: now };
}

export type InstanceSeed = Pick<
  InstanceRecord,
  'name' | 'integration' | 'token' | 'number' | 'businessId' | 'webhook'
> & {
  settings: Settings;
};

export function createInstanceRecord(seed: InstanceSeed): InstanceRecord {
  const now = new Date().toISOString();
  return {
    ...seed,
    id: randomUUID(),
    connectionStatus: seed.integration === 'WHATSAPP-BAILEYS' ? 'close' : 'open',
    ownerJid: null,
    profileName: null,
    profilePicUrl: null,
    disconnectionReasonCode: null,
    disconnectionObject: null,
    disconnectionAt: null,
    createdAt: now,
    updatedAt: now,
    paired: false,
    settings: { ...seed.settings, ...datedNow() },
    proxy: null,
    chatwoot: null,
    typebots: [],
  };
}

export function loadInstance(record: InstanceRecord, messagesKept: number): Instance {
  return {
    record,
    state: record.integration === 'WHATSAPP-BAILEYS' ? 'close' : record.connectionStatus,
    hasSocket: false,
    sender: null,
    qr: null,
    qrCount: 0,
    epoch: 0,
    device: 0,
    storming: false,
    held: [],
    queue: Promise.resolve(),
    messages: new MessageStore(messagesKept),
    contacts: new Map(),
  };
}
