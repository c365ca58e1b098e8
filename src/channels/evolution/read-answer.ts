import type {
  ConnectionState,
  FetchedFile,
  FoundMessage,
  KnownInstance,
  MessageQuery,
  NumberCheck,
  Qr,
  StoredMessages,
  Webhook,
} from './evolution-client.ts';

type Bag = Record<string, unknown>;
const bag = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
const list = (value: unknown): Bag[] => (Array.isArray(value) ? value.map(bag) : []);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Null while there is none: `{"count":0}`, or no object at all. */
export function readQr(value: unknown): Qr | null {
  const { code, base64, pairingCode } = bag(value);
  const [words, image] = [text(code), text(base64)];
  return words && image ? { code: words, image, pairingCode: text(pairingCode) } : null;
}

export const readConnection = (body: unknown): { open: boolean; qr: Qr | null } => ({
  open: bag(bag(body).instance).state === 'open',
  qr: readQr(body),
});

/** A row that the process did not load has no state: to us it is closed. */
export function readState(body: unknown): ConnectionState {
  const { state } = bag(bag(body).instance);
  return state === 'open' || state === 'connecting' ? state : 'close';
}

/** Short, as what a stranger says of itself is shown. */
export const readVersion = (body: unknown): string | null => text(bag(body).version)?.slice(0, 40) ?? null;

export function readKnownInstance(body: unknown, name: string): KnownInstance | null {
  const found = list(body).find((row) => row.name === name);
  if (!found) return null;
  const code = found.disconnectionReasonCode;
  return {
    name,
    state: text(found.connectionStatus) ?? 'close',
    ownerJid: text(found.ownerJid),
    profileName: text(found.profileName),
    disconnectCode: typeof code === 'number' ? code : null,
  };
}

export function readWebhook(body: unknown): Webhook | null {
  const { url, events, headers } = bag(body);
  if (typeof url !== 'string') return null;
  return {
    url,
    events: Array.isArray(events) ? events.map(String) : [],
    headers: bag(headers) as Record<string, string>,
  };
}

const PAGE = 50;

export function messageFilter(query: MessageQuery): unknown {
  if ('id' in query) return { where: { key: { id: query.id } }, page: 1, offset: PAGE };
  const messageTimestamp = { gte: query.from.toISOString(), lte: query.to.toISOString() };
  return { where: { key: { remoteJid: query.remoteJid, fromMe: true }, messageTimestamp }, page: 1, offset: PAGE };
}

export function spanFilter({ from, to, page }: { from: Date; to: Date; page: number }): unknown {
  const messageTimestamp = { gte: from.toISOString(), lte: to.toISOString() };
  return { where: { messageTimestamp }, page, offset: PAGE };
}

export function readStoredMessages(body: unknown): StoredMessages {
  const { records, pages } = bag(bag(body).messages);
  return { records: list(records), pages: typeof pages === 'number' ? pages : 0 };
}

/** `missing` where Evolution answers without a file. */
export function readFile(body: unknown, limitBytes: number): FetchedFile | 'missing' | 'too-large' {
  const { base64, fileName } = bag(body);
  if (typeof base64 !== 'string' || base64 === '') return 'missing';
  const content = Buffer.from(base64, 'base64');
  if (content.length === 0) return 'missing';
  return content.length > limitBytes ? 'too-large' : { content, fileName: text(fileName) };
}

export const readFoundMessages = (body: unknown): FoundMessage[] =>
  list(bag(bag(body).messages).records).map(readFoundMessage);

/** A message as findMessages and the send.message webhook show it. */
export function readFoundMessage(record: Record<string, unknown>): FoundMessage {
  const key = bag(record.key);
  const seconds = Number(record.messageTimestamp);
  const message = bag(record.message);
  return {
    providerMessageId: text(key.id) ?? '',
    remoteJid: text(key.remoteJid) ?? '',
    fromMe: key.fromMe === true,
    statuses: list(record.MessageUpdate).flatMap((update) => text(update.status) ?? []),
    sentAt: Number.isFinite(seconds) && seconds > 0 ? new Date(seconds * 1000) : null,
    text: text(message.conversation) ?? captionOf(message),
    messageType: text(record.messageType) ?? '',
  };
}

const captionOf = (message: Bag): string | null =>
  Object.values(message)
    .map((part) => text(bag(part).caption))
    .find(Boolean) ?? null;

export const readStatuses = (body: unknown): string[] => list(body).flatMap((row) => text(row.status) ?? []);

export const readNumberChecks = (body: unknown): NumberCheck[] =>
  list(body).flatMap((row) =>
    typeof row.exists === 'boolean'
      ? [{ number: text(row.number) ?? '', exists: row.exists, jid: text(row.jid) ?? '' }]
      : [],
  );
