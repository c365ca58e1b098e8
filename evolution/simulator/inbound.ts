import { announcePicture, rememberSender } from './contact-book.ts';
import { emitWebhook } from './emit-webhook.ts';
import type { Instance } from './instance.ts';
import { isPhoneJid, toJid } from './jid.ts';
import { createMessageRow, type MessageKey, type MessageRow } from './message-row.ts';
import { rowId } from './randomness.ts';
import type { World } from './world.ts';

/** What somebody does on a phone, as the control call describes it. */
export interface InboundMessage {
  kind: 'text' | 'image' | 'reply' | 'button-reply' | 'reaction' | 'edit' | 'revoke';
  /** Digits of the sender; for `fromMe` of the recipient. */
  from: string;
  /** How the sender is addressed: `lid` hides the phone, `lid-with-phone` carries it in remoteJidAlt. */
  address?: 'phone' | 'lid' | 'lid-with-phone';
  /** Typed on the instance owner's own phone. */
  fromMe?: boolean;
  id?: string;
  pushName?: string;
  text?: string;
  /** The message that a reply quotes, a reaction is for, an edit or revoke changes. */
  targetId?: string;
  buttonId?: string;
  mimetype?: string;
  /** Delivered that many times with the same id. */
  times?: number;
}

function addressOf({
  from,
  address,
}: InboundMessage): Pick<MessageKey, 'remoteJid' | 'remoteJidAlt' | 'addressingMode'> {
  const remoteJid = toJid(from);
  if (!isPhoneJid(remoteJid)) return { remoteJid, addressingMode: 'lid' };
  if (address === 'lid') return { remoteJid: `88${from.replace(/\D/g, '')}@lid`, addressingMode: 'lid' };
  // When the phone is known the webhook shows it in both places; only chats and contacts keep the LID.
  if (address === 'lid-with-phone') return { remoteJid, remoteJidAlt: remoteJid, addressingMode: 'lid' };
  return { remoteJid, addressingMode: 'pn' };
}

interface InboundContent {
  message: Record<string, unknown>;
  messageType: string;
  contextInfo?: Record<string, unknown> | null;
}

function quotedContext(instance: Instance, targetId = '3EB0X'): Record<string, unknown> {
  const target = instance.messages.byKeyId(targetId);
  const quotedMessage = target?.content.kind === 'plain' ? target.content.message : { conversation: '' };
  const participant = target && !target.key.fromMe ? target.key.remoteJid : instance.record.ownerJid;
  return {
    mentionedJid: [],
    groupMentions: [],
    statusAttributions: [],
    stanzaId: targetId,
    participant,
    quotedMessage,
  };
}

function imageMessage({ text, mimetype }: InboundMessage): Record<string, unknown> {
  return {
    interactiveAnnotations: [],
    scanLengths: [],
    annotations: [],
    url: 'https://mmg.whatsapp.net/v/t62/x.enc',
    mimetype: mimetype ?? 'image/jpeg',
    caption: text,
    fileLength: { low: 1234, high: 0, unsigned: true },
    height: 10,
    width: 10,
    directPath: '/v/t62/x.enc',
  };
}

function contentOf(instance: Instance, inbound: InboundMessage, remoteJid: string): InboundContent {
  const { kind, text, targetId, buttonId } = inbound;
  if (kind === 'image')
    return { message: { imageMessage: imageMessage(inbound) }, contextInfo: null, messageType: 'imageMessage' };
  if (kind === 'button-reply') {
    const buttonsResponseMessage = { selectedButtonId: buttonId ?? 'y', selectedDisplayText: text ?? 'OK', type: 1 };
    return { message: { buttonsResponseMessage }, contextInfo: null, messageType: 'buttonsResponseMessage' };
  }
  if (kind === 'reaction') {
    const fromMe = instance.messages.byKeyId(targetId ?? '')?.key.fromMe ?? false;
    const key = { remoteJid, fromMe, id: targetId ?? '3EB0X', participant: '' };
    return { message: { reactionMessage: { key, text: text ?? '👍' } }, messageType: 'reactionMessage' };
  }
  const conversation = { message: { conversation: text ?? '' }, messageType: 'conversation' };
  return kind === 'reply' ? { ...conversation, contextInfo: quotedContext(instance, targetId) } : conversation;
}

function inboundRow(instance: Instance, inbound: InboundMessage): { row: MessageRow; content: InboundContent } {
  const address = addressOf(inbound);
  const fromMe = inbound.fromMe === true;
  const content = contentOf(instance, inbound, address.remoteJid);
  const row = createMessageRow({
    key: { ...address, fromMe, id: inbound.id ?? rowId().toUpperCase(), participant: '' },
    pushName: fromMe ? instance.record.profileName : (inbound.pushName ?? 'Maria'),
    content: { kind: 'plain', messageType: content.messageType, message: content.message, context: 'none' },
    timestamp: Math.floor(Date.now() / 1000),
    source: 'unknown',
    status: fromMe ? 'SERVER_ACK' : 'DELIVERY_ACK',
    expectsReceipts: false,
  });
  return { row, content };
}

function emitNewMessage(world: World, instance: Instance, inbound: InboundMessage): void {
  const { row, content } = inboundRow(instance, inbound);
  const { remoteJid, fromMe } = row.key;
  if (!instance.messages.byKeyId(row.key.id)) {
    instance.messages.add(row);
    world.journal.write({ line: 'message', instanceId: instance.record.id, row });
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
  const hidden = inbound.address === 'lid-with-phone' ? `88${inbound.from.replace(/\D/g, '')}@lid` : remoteJid;
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
