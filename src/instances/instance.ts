import type { evolutionServers, instanceStatuses, instances } from '#src/db/schema/instances.ts';

export type Instance = typeof instances.$inferSelect;
export type EvolutionServer = typeof evolutionServers.$inferSelect;
export type InstanceStatus = (typeof instanceStatuses)[number];

/** What can be learned about a connection, from a webhook or by asking. */
export type ConnectionNews =
  | { type: 'connecting' }
  /** Its owner wants it connected, and Evolution has begun. */
  | { type: 'asked' }
  | { type: 'qr'; code: string; image: string; pairingCode: string | null }
  | { type: 'open'; phone: string | null; profileName: string | null }
  /** A final close; the code is WhatsApp's 401, 402, 403 or 406, null where the event does not say. */
  | { type: 'closed'; code: number | null }
  /** No QR code was scanned in time and Evolution has given up. */
  | { type: 'refused' }
  /** Evolution cannot reach WhatsApp, or we cannot reach Evolution. */
  | { type: 'offline' }
  /** Evolution does not have it any more. */
  | { type: 'removed' };

export type Connection = Pick<
  Instance,
  | 'status'
  | 'statusReason'
  | 'disconnectCode'
  | 'phone'
  | 'profileName'
  | 'qrCode'
  | 'qrImage'
  | 'qrExpiresAt'
  | 'pairingCode'
  | 'statusChangedAt'
  | 'connectedAt'
  | 'numberSinceAt'
>;

/** WhatsApp shows a new QR code this often (contract, section 10). */
export const QR_SECONDS = 45;

const noQr = { qrCode: null, qrImage: null, qrExpiresAt: null, pairingCode: null };
const blockedReasons: Record<number, string> = { 402: 'temporarily-banned', 403: 'banned', 406: 'refused' };

/** What becomes of a connection when `news` arrives at `at`; null when nothing changes. */
export function afterNews(current: Connection, news: ConnectionNews, at: Date): Partial<Connection> | null {
  const wanted = wantedAfter(current, news, at);
  if (!wanted) return null;
  const changed = Object.entries(wanted).filter(([key, value]) => !same(current[key as keyof Connection], value));
  if (changed.length === 0) return null;
  const change: Partial<Connection> = Object.fromEntries(changed);
  return 'status' in change ? { ...change, statusChangedAt: at } : change;
}

function wantedAfter(current: Connection, news: ConnectionNews, at: Date): Partial<Connection> | null {
  switch (news.type) {
    case 'connecting':
      return afterConnecting(current);
    case 'asked':
      return current.status === 'open' || current.status === 'connecting'
        ? null
        : { status: 'connecting', statusReason: null };
    case 'qr':
      return {
        status: 'connecting',
        statusReason: 'scan-qr',
        qrCode: news.code,
        qrImage: news.image,
        qrExpiresAt: new Date(at.getTime() + QR_SECONDS * 1000),
        pairingCode: news.pairingCode,
      };
    case 'open':
      return afterOpen(current, news, at);
    case 'closed':
      return afterClosed(current, news.code);
    case 'refused':
      return { status: 'closed', statusReason: 'qr-expired', ...noQr };
    case 'offline':
      return isOver(current) ? null : { status: 'closed', statusReason: 'offline', ...noQr };
    case 'removed':
      return isOver(current) ? null : { status: 'closed', statusReason: 'removed', ...noQr };
  }
}

/** Attempts that nobody asked for do not bring an offline connection back; only success does. */
function afterConnecting({ status, statusReason }: Connection): Partial<Connection> | null {
  if (status === 'connecting' || (status === 'closed' && statusReason === 'offline')) return null;
  return { status: 'connecting', statusReason: null };
}

function afterOpen(current: Connection, news: { phone: string | null; profileName: string | null }, at: Date) {
  return {
    status: 'open' as const,
    statusReason: null,
    disconnectCode: null,
    phone: news.phone ?? current.phone,
    profileName: news.profileName ?? current.profileName,
    connectedAt: current.status === 'open' ? current.connectedAt : at,
    numberSinceAt: numberSince(current, news.phone, at),
    ...noQr,
  };
}

function numberSince(current: Connection, phone: string | null, at: Date): Date | null {
  if (current.phone !== null && phone !== null && phone !== current.phone) return at;
  return current.numberSinceAt ?? (current.status === 'open' ? null : at);
}

/** Three events tell of one final close, in any order, and only two of them say why. */
function afterClosed(current: Connection, code: number | null): Partial<Connection> | null {
  if (code === null) return isOver(current) ? null : { status: 'logged-out', statusReason: 'logged-out', ...noQr };
  const reason = blockedReasons[code];
  if (reason) return { status: 'blocked', statusReason: reason, disconnectCode: code, ...noQr };
  if (current.status === 'blocked') return null;
  return { status: 'logged-out', statusReason: 'logged-out', disconnectCode: code, ...noQr };
}

const isOver = ({ status }: Connection): boolean => status === 'logged-out' || status === 'blocked';

const same = (a: unknown, b: unknown): boolean =>
  a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;

/** The QR code as long as it can be scanned. */
export function currentQr(row: Connection, now: Date): { code: string; image: string; expiresAt: Date } | null {
  if (row.status !== 'connecting' || !row.qrCode || !row.qrImage || !row.qrExpiresAt || row.qrExpiresAt <= now)
    return null;
  return { code: row.qrCode, image: row.qrImage, expiresAt: row.qrExpiresAt };
}

/** `905321112233:5@s.whatsapp.net` → `+905321112233`; null for anything that is not a phone's jid. */
export function phoneOfJid(jid: unknown): string | null {
  const digits = typeof jid === 'string' ? /^(\d{5,15})(:\d+)?@(s\.whatsapp\.net|c\.us)$/.exec(jid)?.[1] : undefined;
  return digits ? `+${digits}` : null;
}
