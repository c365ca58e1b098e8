import { announcePicture, rememberSender } from './contact-book.ts';
import { emitWebhook } from './emit-webhook.ts';
import { contentOf, type InboundContent } from './inbound-content.ts';
import type { InboundMessage } from './inbound-message.ts';
import type { Instance } from './instance.ts';
import { isPhoneJid, toJid } from './jid.ts';
import { createMessageRow, type MessageKey, type MessageRow } from './message-row.ts';
import { rowId } from './randomness.ts';
import type { World } from './world.ts';

const GROUP = '120363020202020202@g.us';
const hiddenJid = (from: string): string => `88${from.replace(/\D/g, '')}@lid`;

function addressOf({
  from,
  address,
  group,
}: InboundMessage): Pick<
  MessageKey,
  'remoteJid' | 'remoteJidAlt' | 'participant' | 'participantAlt' | 'addressingMode'
> {
  const remoteJid = toJid(from);
  if (group)
    return { remoteJid: GROUP, participant: hiddenJid(from), participantAlt: remoteJid, addressingMode: 'lid' };
  if (!isPhoneJid(remoteJid)) return { remoteJid, addressingMode: 'lid' };
  if (address === 'lid') return { remoteJid: hiddenJid(from), addressingMode: 'lid' };
  // When the phone is known the webhook shows it in both places; only chats and contacts keep the LID.
  if (address === 'lid-with-phone') return { remoteJid, remoteJidAlt: remoteJid, addressingMode: 'lid' };
  return { remoteJid, addressingMode: 'pn' };
}

function inboundRow(
  world: World,
  instance: Instance,
  inbound: InboundMessage,
): { row: MessageRow; content: InboundContent } {
  const address = addressOf(inbound);
  const fromMe = inbound.fromMe === true;
  const content = contentOf(instance, inbound, address.remoteJid);
  const row = createMessageRow({
    key: { participant: '', ...address, fromMe, id: inbound.id ?? rowId().toUpperCase() },
    pushName: fromMe ? instance.record.profileName : (inbound.pushName ?? 'Maria'),
    content: { kind: 'plain', messageType: content.messageType, message: content.message, context: 'none' },
    timestamp: Math.floor(world.options.now() / 1000),
    source: 'unknown',
    status: fromMe ? 'SERVER_ACK' : 'DELIVERY_ACK',
    expectsReceipts: false,
  });
  if (inbound.file !== undefined) row.file = inbound.file;
  return { row, content };
}

/** Evolution's own row keeps the hidden number, whatever the webhook shows. */
const asStored = (row: MessageRow, { address, from }: InboundMessage): MessageRow =>
  address === 'lid-with-phone'
    ? { ...row, key: { ...row.key, remoteJid: hiddenJid(from), remoteJidAlt: row.key.remoteJid } }
    : row;

function emitNewMessage(world: World, instance: Instance, inbound: InboundMessage): void {
  const { row, content } = inboundRow(world, instance, inbound);
  const { remoteJid, fromMe } = row.key;
  if (!instance.messages.byKeyId(row.key.id)) {
    const stored = asStored(row, inbound);
    instance.messages.add(stored);
    const { file: _file, ...kept } = stored;
    world.journal.write({ line: 'message', instanceId: instance.record.id, row: kept });
  }
  void emitWebhook(world, instance, 'messages.upsert', {
    key: row.key,
    pushName: row.pushName,
    status: row.status,
    message: content.message,
    ...(content.contextInfo === undefined ? {} : { contextInfo: content.contextInfo }),
    messageType: content.messageType,
    messageTimestamp: row.timestamp,
    instanceId: instance.record.id,
    source: row.source,
  });
  const hidden = inbound.address === 'lid-with-phone' ? hiddenJid(inbound.from) : remoteJid;
  if (fromMe) rememberSender(world, instance, remoteJid, '');
  else rememberSender(world, instance, remoteJid, row.pushName ?? '', hidden);
  if (inbound.kind === 'reaction') return;
  void emitWebhook(world, instance, 'chats.update', [{ remoteJid: hidden, instanceId: instance.record.id }]);
}

async function emitRevoke(world: World, instance: Instance, key: MessageKey, addressingMode: string): Promise<void> {
  await emitWebhook(world, instance, 'messages.edited', { key, type: 'REVOKE' });
  void emitWebhook(world, instance, 'messages.delete', { ...key, participant: '', addressingMode, status: 'DELETED' });
}

async function emitEdit(world: World, instance: Instance, key: MessageKey, text: string): Promise<void> {
  const editedMessage = { conversation: text };
  await emitWebhook(world, instance, 'messages.edited', { key, type: 'MESSAGE_EDIT', editedMessage });
  const row = instance.messages.byKeyId(key.id);
  if (!row) return;
  // An update without a status of its own is reported as SERVER_ACK in 2.3.7.
  void emitWebhook(world, instance, 'messages.update', {
    keyId: key.id,
    remoteJid: key.remoteJid,
    fromMe: key.fromMe,
    participant: '',
    status: 'SERVER_ACK',
    instanceId: instance.record.id,
    message: { editedMessage: { message: editedMessage } },
    messageId: row.id,
  });
}

/** messages.edited is waited for, retries included: until then nothing else comes in on this instance. */
async function emitAmendment(world: World, instance: Instance, inbound: InboundMessage): Promise<void> {
  const { remoteJid, addressingMode = 'pn' } = addressOf(inbound);
  const key = { remoteJid, fromMe: inbound.fromMe === true, id: inbound.targetId ?? '' };
  if (inbound.kind === 'revoke') await emitRevoke(world, instance, key, addressingMode);
  else await emitEdit(world, instance, key, inbound.text ?? '');
  announcePicture(world, instance, remoteJid);
}

/** Puts the event into the instance's queue: inbound events are handled one after the other. */
export function receiveInbound(world: World, instance: Instance, inbound: InboundMessage): string {
  const id = inbound.id ?? rowId().toUpperCase();
  const amends = inbound.kind === 'edit' || inbound.kind === 'revoke';
  instance.queue = instance.queue.then(async () => {
    if (amends) return emitAmendment(world, instance, inbound);
    for (let times = inbound.times ?? 1; times > 0; times -= 1) emitNewMessage(world, instance, { ...inbound, id });
  });
  return id;
}
