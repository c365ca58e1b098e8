import { type ConnectionNews, phoneOfJid } from '#src/instances/instance.ts';
import { type AckStatus, ackStatuses } from '#src/messages/message.ts';

type Bag = Record<string, unknown>;
const bag = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const bags = (value: unknown): Bag[] => (Array.isArray(value) ? value.map(bag) : [bag(value)]);

export type MessageAck = { providerMessageId: string; status: AckStatus };

const FINAL_CODES = new Set([401, 402, 403, 406]);
/** Groups, broadcasts, channels: never written to by us. */
const FOREIGN_JID = /@(g\.us|broadcast|newsletter)$/;
const LONGEST_ID = 255;

/** What a stored webhook says about the connection; null when it says nothing about it. */
export function readConnectionNews(
  event: string,
  payload: { data?: unknown; sender?: unknown },
): ConnectionNews | null {
  const data = bag(payload.data);
  switch (event) {
    case 'connection.update':
      return readUpdate(data, payload.sender);
    case 'qrcode.updated':
      return readQr(data);
    case 'status.instance':
      return data.status === 'closed' ? { type: 'closed', code: finalCode(data.disconnectionReasonCode) } : null;
    case 'logout.instance':
      return { type: 'closed', code: null };
    case 'remove.instance':
      return { type: 'removed' };
    default:
      return null;
  }
}

const finalCode = (code: unknown): number | null => (FINAL_CODES.has(Number(code)) ? Number(code) : null);

function readUpdate(data: Bag, sender: unknown): ConnectionNews | null {
  const code = Number(data.statusReason);
  switch (data.state) {
    case 'open':
      return { type: 'open', phone: phoneOfJid(data.wuid) ?? phoneOfJid(sender), profileName: text(data.profileName) };
    case 'connecting':
      return { type: 'connecting' };
    case 'refused':
      return { type: 'refused' };
    case 'close':
      return FINAL_CODES.has(code) ? { type: 'closed', code } : { type: 'connecting' };
    default:
      return null;
  }
}

function readQr(data: Bag): ConnectionNews | null {
  const { code, base64, pairingCode } = bag(data.qrcode);
  const [words, image] = [text(code), text(base64)];
  if (words && image) return { type: 'qr', code: words, image, pairingCode: text(pairingCode) };
  return Number(data.statusCode) === 500 ? { type: 'refused' } : null;
}

/** How far messages of ours have come. Releases differ: `keyId` or `key.id`, one or a list, words or numbers. */
export function readAcks(event: string, payload: { data?: unknown }): MessageAck[] {
  if (event === 'messages.update') return bags(payload.data).flatMap(readUpdateAck);
  if (event === 'send.message')
    return bags(payload.data).flatMap((item) => readUpdateAck({ ...item, status: 'PENDING' }));
  return [];
}

function readUpdateAck(item: Bag): MessageAck[] {
  const key = bag(item.key);
  const providerMessageId = text(item.keyId) ?? text(key.id);
  const status = readStatus(item.status ?? bag(item.update).status);
  const jid = text(item.remoteJid) ?? text(key.remoteJid) ?? '';
  const fromMe = (item.fromMe ?? key.fromMe) === true;
  if (!providerMessageId || providerMessageId.length > LONGEST_ID || !status || !fromMe || FOREIGN_JID.test(jid))
    return [];
  return [{ providerMessageId, status }];
}

const readStatus = (status: unknown): AckStatus | null =>
  typeof status === 'number' ? (ackStatuses[status] ?? null) : (ackStatuses.find((known) => known === status) ?? null);

/** Whether all that a webhook tells of happened in a group, a broadcast or a channel. */
export function isAboutOthers(payload: { data?: unknown }): boolean {
  const jids = bags(payload.data).map((item) => text(item.remoteJid) ?? text(bag(item.key).remoteJid));
  return jids.every((jid) => jid !== null && FOREIGN_JID.test(jid));
}

/** Evolution's own time: local with a false Z, so it only orders what one instance says. */
export function readProviderTime(payload: { date_time?: unknown }): Date | null {
  const at = typeof payload.date_time === 'string' ? Date.parse(payload.date_time) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at);
}
