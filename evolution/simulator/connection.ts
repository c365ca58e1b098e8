import { emitWebhook } from './emit-webhook.ts';
import type { Instance } from './instance.ts';
import { phoneJid, pictureUrl } from './jid.ts';
import { createQrCode } from './qr-code.ts';
import { later, saveInstance, type World } from './world.ts';

function announce(world: World, instance: Instance, state: string, statusReason: number): void {
  void emitWebhook(world, instance, 'connection.update', { instance: instance.record.name, state, statusReason });
}

/** Opens a socket: logs in at once when paired, else shows a QR code. Resolves when there is one of the two. */
export async function startSocket(world: World, instance: Instance, pairingNumber?: string): Promise<void> {
  instance.epoch += 1;
  instance.hasSocket = true;
  if (instance.storming) return;
  instance.state = 'connecting';
  announce(world, instance, 'connecting', 200);
  instance.record.connectionStatus = 'connecting';
  saveInstance(world, instance);
  if (!instance.record.paired) return showQrCode(world, instance, instance.epoch, pairingNumber);
  const { epoch } = instance;
  later(world, world.options.reconnectMs, () => {
    if (instance.epoch === epoch) openConnection(world, instance);
  });
}

async function showQrCode(world: World, instance: Instance, epoch: number, pairingNumber?: string): Promise<void> {
  const { qrLimit, qrRotationMs, autoScanMs } = world.options;
  if (instance.qrCount >= qrLimit) return refuseAfterLimit(world, instance);
  instance.qrCount += 1;
  const qr = await createQrCode(instance.qrCount, pairingNumber ? (instance.qr?.pairingCode ?? 'new') : null);
  if (world.closed || instance.epoch !== epoch) return;
  instance.qr = qr;
  void emitWebhook(world, instance, 'qrcode.updated', {
    qrcode: { instance: instance.record.name, pairingCode: qr.pairingCode, code: qr.code, base64: qr.base64 },
  });
  const stillShown = () => instance.epoch === epoch && instance.state === 'connecting';
  later(world, qrRotationMs, () => {
    if (stillShown()) void showQrCode(world, instance, epoch, pairingNumber);
  });
  if (autoScanMs === null) return;
  later(world, autoScanMs, () => {
    if (stillShown()) scanQrCode(world, instance, pairingNumber);
  });
}

function refuseAfterLimit(world: World, instance: Instance): void {
  instance.epoch += 1;
  instance.state = 'close';
  instance.qr = null;
  instance.qrCount = 0;
  void emitWebhook(world, instance, 'qrcode.updated', {
    message: 'QR code limit reached, please login again',
    statusCode: 500,
  });
  announce(world, instance, 'refused', 428);
}

/** A phone number that stays the same for the same instance name. */
function inventedNumber(name: string): string {
  let hash = 7;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9_000_000;
  return `90555${1_000_000 + hash}`;
}

/** The owner points the phone at the QR code: connecting, then open. */
export function scanQrCode(world: World, instance: Instance, number?: string, profileName?: string): void {
  const { record } = instance;
  const digits = number ?? record.number ?? inventedNumber(record.name);
  record.paired = true;
  record.ownerJid = phoneJid(digits.replace(/\D/g, ''));
  record.profileName = profileName ?? `Phone of ${record.name}`;
  record.profilePicUrl = pictureUrl(record.ownerJid);
  instance.qr = null;
  void startSocket(world, instance);
}

export function openConnection(world: World, instance: Instance): void {
  const { record } = instance;
  instance.state = 'open';
  instance.sender = record.ownerJid;
  record.connectionStatus = 'open';
  record.disconnectionAt = null;
  record.disconnectionObject = null;
  record.disconnectionReasonCode = null;
  saveInstance(world, instance);
  void emitWebhook(world, instance, 'connection.update', {
    instance: record.name,
    wuid: record.ownerJid,
    profileName: record.profileName,
    profilePictureUrl: record.profilePicUrl,
    state: 'open',
    statusReason: 200,
  });
  for (const task of instance.held.splice(0)) task();
}

const reasonTitles: Record<number, string> = {
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  406: 'Not Acceptable',
};

export type CloseCause = 'logout' | 'device-removed' | 'login-refused';

function disconnectionObject(instance: Instance, statusCode: number, cause: CloseCause): string {
  const data = {
    logout: null,
    'device-removed': { tag: 'conflict', attrs: { type: 'device_removed' } },
    'login-refused': { reason: String(statusCode), location: 'frc' },
  }[cause];
  const message = {
    logout: `Log out instance: ${instance.record.name}`,
    'device-removed': 'Stream Errored (conflict)',
    'login-refused': 'Connection Failure',
  }[cause];
  const payload = { statusCode, error: reasonTitles[statusCode] ?? 'Unknown', message };
  const error = { data, isBoom: true, isServer: false, output: { statusCode, payload, headers: {} } };
  return JSON.stringify({ error, date: new Date().toISOString() });
}

/** The end of a pairing (401, 402, 403, 406): three events, no reconnect; the next connect shows a QR code. */
export function closeForGood(world: World, instance: Instance, statusReason: number, cause: CloseCause): void {
  const { record } = instance;
  if (cause === 'login-refused') announce(world, instance, 'connecting', 200);
  instance.epoch += 1;
  instance.device += 1;
  instance.storming = false;
  instance.state = 'close';
  instance.qr = null;
  instance.held = [];
  record.paired = false;
  record.connectionStatus = 'close';
  record.disconnectionReasonCode = statusReason;
  record.disconnectionObject = disconnectionObject(instance, statusReason, cause);
  record.disconnectionAt = new Date().toISOString();
  saveInstance(world, instance);
  void emitWebhook(world, instance, 'status.instance', {
    instance: record.name,
    status: 'closed',
    disconnectionAt: record.disconnectionAt,
    disconnectionReasonCode: statusReason,
    disconnectionObject: record.disconnectionObject,
  });
  void emitWebhook(world, instance, 'logout.instance', null);
  announce(world, instance, 'close', statusReason);
}

/** The network fails for a moment: connecting, then open; no close is ever announced. */
export function dropConnection(world: World, instance: Instance): void {
  void startSocket(world, instance);
}

/** WhatsApp is unreachable: `connecting` over and over, without any back-off, until the time is up. */
export function stormConnection(world: World, instance: Instance, perSecond: number, seconds: number): void {
  instance.storming = true;
  instance.hasSocket = true;
  instance.epoch += 1;
  instance.state = 'close';
  const { epoch } = instance;
  let left = Math.max(1, Math.round(perSecond * seconds));
  const beat = () => {
    if (instance.epoch < epoch || !instance.storming) return;
    announce(world, instance, 'connecting', 200);
    left -= 1;
    if (left > 0) return later(world, 1_000 / perSecond, beat);
    instance.storming = false;
    if (instance.record.paired) void startSocket(world, instance);
  };
  beat();
}

/** After a process start: rows stored as open or connecting are connected again, closed ones are not. */
export function resumeConnections(world: World): void {
  for (const instance of world.instances.values()) {
    if (instance.record.integration !== 'WHATSAPP-BAILEYS') continue;
    if (instance.record.connectionStatus === 'close') continue;
    void startSocket(world, instance);
  }
}
