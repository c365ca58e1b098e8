import { Buffer } from 'node:buffer';
import type { InboundMessage } from './inbound-message.ts';
import type { Instance } from './instance.ts';
import { sampleFile } from './sample-files.ts';

export interface InboundContent {
  message: Record<string, unknown>;
  messageType: string;
  contextInfo?: Record<string, unknown> | null;
}

const fileTypes: Partial<Record<InboundMessage['kind'], string>> = {
  image: 'imageMessage',
  video: 'videoMessage',
  'round-video': 'ptvMessage',
  audio: 'audioMessage',
  voice: 'audioMessage',
  document: 'documentMessage',
  sticker: 'stickerMessage',
};

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

function fileMessage(
  messageType: string,
  { kind, text, mimetype, fileName, file }: InboundMessage,
): Record<string, unknown> {
  const sample = sampleFile(messageType)!;
  const size = file === undefined ? sample.bytes.length : Buffer.byteLength(file, 'base64');
  const common = {
    url: 'https://mmg.whatsapp.net/v/t62/x.enc',
    mimetype: mimetype ?? sample.mimetype,
    fileLength: { low: size, high: 0, unsigned: true },
    directPath: '/v/t62/x.enc',
  };
  if (messageType === 'imageMessage')
    return {
      interactiveAnnotations: [],
      scanLengths: [],
      annotations: [],
      ...common,
      caption: text,
      height: 10,
      width: 10,
    };
  if (messageType === 'documentMessage')
    return { ...common, fileName: fileName ?? sample.fileName, title: fileName ?? sample.fileName, pageCount: 1 };
  if (messageType === 'audioMessage') return { ...common, seconds: 3, ptt: kind === 'voice' };
  if (messageType === 'stickerMessage') return { ...common, height: 1, width: 1, isAnimated: false };
  return { ...common, caption: text, seconds: 3, height: 10, width: 10, gifPlayback: false };
}

const card = (name: string, phone: string) =>
  `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nitem1.TEL;waid=${phone}:+${phone}\nEND:VCARD`;

function plainMessage(instance: Instance, inbound: InboundMessage, remoteJid: string): Record<string, unknown> {
  const { kind, text, targetId, buttonId } = inbound;
  const place = { degreesLatitude: 41.0256, degreesLongitude: 28.9741 };
  const contact = { displayName: text ?? 'Ayşe', vcard: card(text ?? 'Ayşe', '905321110001') };
  switch (kind) {
    case 'button-reply':
      return {
        buttonsResponseMessage: { selectedButtonId: buttonId ?? 'y', selectedDisplayText: text ?? 'OK', type: 1 },
      };
    case 'list-reply': {
      const singleSelectReply = { selectedRowId: buttonId ?? 'row-1' };
      return { listResponseMessage: { title: text ?? 'OK', listType: 1, singleSelectReply, description: '' } };
    }
    case 'reaction': {
      const fromMe = instance.messages.byKeyId(targetId ?? '')?.key.fromMe ?? false;
      const key = { remoteJid, fromMe, id: targetId ?? '3EB0X', participant: '' };
      return { reactionMessage: { key, text: text ?? '👍' } };
    }
    case 'location':
      return { locationMessage: { ...place, name: text ?? 'Galata Kulesi', address: 'Beyoğlu, İstanbul' } };
    case 'live-location':
      return {
        liveLocationMessage: { ...place, caption: text, accuracyInMeters: 8, sequenceNumber: { low: 1, high: 0 } },
      };
    case 'contact':
      return { contactMessage: contact };
    case 'contacts':
      return { contactsArrayMessage: { displayName: '2 contacts', contacts: [contact, contact] } };
    case 'poll': {
      const options = [{ optionName: 'Evet' }, { optionName: 'Hayır' }];
      return { pollCreationMessageV3: { name: text ?? 'Uygun mu?', options, selectableOptionsCount: 1 } };
    }
    case 'order':
      return { orderMessage: { orderId: '1', itemCount: 1, status: 1, surface: 1, message: text } };
    default:
      return { conversation: text ?? '' };
  }
}

function wrap(message: Record<string, unknown>, wrapped: InboundMessage['wrapped']): Record<string, unknown> {
  if (wrapped === 'ephemeral') return { ephemeralMessage: { message } };
  return wrapped === 'view-once' ? { viewOnceMessageV2: { message } } : message;
}

/** The kinds that come without a context at all. */
const bare = new Set<InboundMessage['kind']>(['text', 'reaction', 'reply']);

/** What Evolution makes of it: the message, its type by Baileys' word, and the context beside it. */
export function contentOf(instance: Instance, inbound: InboundMessage, remoteJid: string): InboundContent {
  const { kind, targetId, wrapped } = inbound;
  const fileType = fileTypes[kind];
  const inner = fileType ? { [fileType]: fileMessage(fileType, inbound) } : plainMessage(instance, inbound, remoteJid);
  const message = wrap(inner, wrapped);
  const messageType = Object.keys(message)[0] ?? 'conversation';
  if (kind === 'reply') return { message, messageType, contextInfo: quotedContext(instance, targetId) };
  return bare.has(kind) ? { message, messageType } : { message, messageType, contextInfo: null };
}
