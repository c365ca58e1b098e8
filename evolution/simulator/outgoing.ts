import { badRequest } from './evolution-error.ts';
import type { Instance } from './instance.ts';
import type { MediaFacts, MessageContent, Quote } from './message-content.ts';
import { renderContent } from './message-content.ts';
import { readMedia } from './outgoing-media.ts';
import type { Fields, RequestBody } from './request-body.ts';

/** A send request that passed its checks. */
export interface Outgoing {
  number: string;
  content: MessageContent;
  text: string | null;
  media: MediaFacts | null;
}

function plain(messageType: string, inner: unknown, context: 'beside' | 'both' | 'none'): MessageContent {
  return { kind: 'plain', messageType, message: { [messageType]: inner }, context };
}

function textContent({ text }: Fields): MessageContent {
  if (String(text).trim() === '') throw badRequest('Text is required');
  return plain('conversation', String(text), 'beside');
}

function locationContent({ latitude, longitude, name, address }: Fields): MessageContent {
  return plain('locationMessage', { degreesLatitude: latitude, degreesLongitude: longitude, name, address }, 'both');
}

interface ContactField {
  fullName: string;
  phoneNumber: string;
  wuid?: string;
  organization?: string;
  email?: string;
  url?: string;
}

export function vcard(contact: ContactField): string {
  const { fullName, phoneNumber, organization, email, url } = contact;
  const lines = ['BEGIN:VCARD', 'VERSION:3.0', `N:${fullName}`, `FN:${fullName}`];
  if (organization) lines.push(`ORG:${organization};`);
  if (email) lines.push(`EMAIL:${email}`);
  if (url) lines.push(`URL:${url}`);
  const waid = contact.wuid ?? phoneNumber.replace(/\D/g, '');
  return [...lines, `item1.TEL;waid=${waid}:${phoneNumber}`, 'item1.X-ABLabel:Celular', 'END:VCARD'].join('\n');
}

function contactContent({ contact }: Fields): MessageContent {
  const contacts = (contact as ContactField[]).map((one) => ({ displayName: one.fullName, vcard: vcard(one) }));
  if (contacts.length === 1) return plain('contactMessage', contacts[0], 'both');
  return plain('contactsArrayMessage', { displayName: `${contacts.length} contacts`, contacts }, 'both');
}

export function checkReaction(reaction: unknown): string {
  const text = String(reaction);
  const graphemes = [...new Intl.Segmenter().segment(text)];
  if (text === '' || (graphemes.length === 1 && /\p{Extended_Pictographic}|\p{Emoji_Component}/u.test(text)))
    return text;
  throw badRequest('Reaction must be a single emoji or empty string');
}

function reactionContent({ key, reaction }: Fields): MessageContent {
  const { remoteJid, fromMe, id } = key as Record<string, unknown>;
  const message = { text: checkReaction(reaction), key: { remoteJid, fromMe, id }, senderTimestampMs: Date.now() };
  return plain('reactionMessage', message, 'none');
}

function pollContent({ name, selectableCount, values }: Fields): MessageContent {
  const options = (values as string[]).map((optionName) => ({ optionName }));
  const secret = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [index, (index * 37) % 256]));
  return {
    kind: 'plain',
    messageType: 'pollCreationMessageV3',
    message: {
      messageContextInfo: { messageSecret: secret },
      pollCreationMessageV3: { name, selectableOptionsCount: selectableCount, options },
    },
    context: 'inside',
  };
}

interface ButtonField {
  type: string;
  displayText?: string;
  id?: string;
}

export function checkButtons(fields: Fields): ButtonField[] {
  const buttons = (fields.buttons ?? []) as ButtonField[];
  const count = (type: string) => buttons.filter((button) => button.type === type).length;
  if (buttons.length === 0) throw badRequest('At least one button is required');
  if (count('reply') > 3) throw badRequest('Maximum of 3 reply buttons allowed');
  if (count('reply') > 0 && count('reply') < buttons.length)
    throw badRequest('Reply buttons cannot be mixed with other types');
  if (count('pix') > 1) throw badRequest('Only one PIX button is allowed');
  if (count('pix') > 0 && buttons.length > 1) throw badRequest('PIX button cannot be mixed with other button types');
  return buttons;
}

function buttonsContent(fields: Fields): MessageContent {
  const buttons = checkButtons(fields).map(({ type, displayText, id }) => ({
    name: type === 'reply' ? 'quick_reply' : `cta_${type}`,
    buttonParamsJson: JSON.stringify({ display_text: displayText, id }),
  }));
  const interactiveMessage = {
    body: { text: `*${fields.title}*\n\n${fields.description ?? ''}\n` },
    ...(fields.footer ? { footer: { text: fields.footer } } : {}),
    nativeFlowMessage: { buttons, messageParamsJson: JSON.stringify({ from: 'api', templateId: 'simulated' }) },
  };
  return plain('viewOnceMessage', { message: { interactiveMessage } }, 'none');
}

const builders: Record<string, (fields: Fields) => MessageContent> = {
  sendText: textContent,
  sendLocation: locationContent,
  sendContact: contactContent,
  sendReaction: reactionContent,
  sendPoll: pollContent,
  sendList: ({ title }) => plain('listMessage', { title }, 'none'),
  sendButtons: buttonsContent,
};

/** The quoted message, if Evolution has it; an unknown id is silently ignored. */
function quoteOf(instance: Instance, quoted: unknown): Quote | undefined {
  const id = (quoted as { key?: { id?: string } } | undefined)?.key?.id;
  const row = id === undefined ? undefined : instance.messages.byKeyId(id);
  if (!row) return undefined;
  const participant = row.key.fromMe ? (instance.record.ownerJid ?? '') : row.key.remoteJid;
  const { message } = renderContent(row.content, row.timestamp, true);
  return { participant, stanzaId: row.key.id, quotedMessage: message };
}

function searchableText(content: MessageContent): string | null {
  if (content.kind === 'media') return content.caption ?? null;
  const { conversation } = content.message;
  return typeof conversation === 'string' ? conversation : null;
}

/** Checks what a Baileys send checks before it needs a connection, and reads media to a hash. */
export async function readOutgoing(instance: Instance, verb: string, { fields, file }: RequestBody): Promise<Outgoing> {
  const content = builders[verb]?.(fields) ?? (await readMedia(verb, fields, file));
  const quote = quoteOf(instance, fields.quoted);
  const media =
    content.kind === 'media'
      ? { sha256: content.sha256, size: content.size, mimetype: content.mimetype, fileName: content.fileName }
      : null;
  const reactedTo = (fields.key as { remoteJid?: string } | undefined)?.remoteJid;
  return {
    number: verb === 'sendReaction' ? (reactedTo ?? '') : String(fields.number),
    content: quote && verb !== 'sendWhatsAppAudio' ? { ...content, quote } : content,
    text: searchableText(content),
    media,
  };
}
