import type { Schema } from './schema-check.ts';

const text: Schema = { type: 'string' };
const number: Schema = { type: 'string', pattern: '^\\d+[\\.@\\w-]+', description: 'Invalid format' };
const recipient: Schema = { type: 'string', description: 'Invalid format' };
const delay: Schema = { type: 'integer', description: 'Enter a value in milliseconds' };

const common: Record<string, Schema> = {
  number: recipient,
  delay,
  quoted: { type: 'object' },
  mentioned: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', pattern: '^\\d+' } },
};

function sendSchema(required: readonly string[], properties: Record<string, Schema> = {}): Schema {
  return { type: 'object', properties: { ...common, ...properties }, required: ['number', ...required] };
}

const key: Schema = {
  type: 'object',
  properties: { id: text, remoteJid: text, fromMe: { type: 'boolean' } },
  required: ['id', 'remoteJid', 'fromMe'],
};

const button: Schema = {
  type: 'object',
  properties: { type: { type: 'string', enum: ['reply', 'copy', 'url', 'call', 'pix'] }, displayText: text, id: text },
  required: ['type'],
};

const section: Schema = {
  type: 'object',
  properties: {
    title: text,
    rows: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { title: text, description: text, rowId: text },
        required: ['title', 'rowId'],
      },
    },
  },
  required: ['title', 'rows'],
};

/** By verb: what `POST /message/<verb>/:instance` demands of its body. */
export const messageSchemas: Record<string, Schema> = {
  sendText: sendSchema(['text'], { text }),
  sendMedia: sendSchema(['mediatype'], {
    mediatype: { type: 'string', enum: ['image', 'document', 'video', 'audio'] },
    mimetype: text,
    media: text,
    fileName: text,
    caption: text,
  }),
  sendPtv: sendSchema([], { video: text }),
  sendWhatsAppAudio: sendSchema([], { audio: text }),
  sendSticker: sendSchema([], { sticker: text }),
  sendLocation: sendSchema(['latitude', 'longitude', 'name', 'address'], {
    latitude: { type: 'number' },
    longitude: { type: 'number' },
    name: text,
    address: text,
  }),
  sendContact: sendSchema(['contact'], {
    contact: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          fullName: text,
          phoneNumber: { type: 'string', minLength: 10 },
          wuid: { type: 'string', minLength: 10 },
        },
        required: ['fullName', 'phoneNumber'],
      },
    },
  }),
  sendReaction: { type: 'object', properties: { key, reaction: text }, required: ['key', 'reaction'] },
  sendPoll: sendSchema(['name', 'selectableCount', 'values'], {
    name: text,
    selectableCount: { type: 'integer', minimum: 0, maximum: 10 },
    values: { type: 'array', minItems: 2, maxItems: 10, uniqueItems: true, items: text },
  }),
  sendList: sendSchema(['title', 'footerText', 'buttonText', 'sections'], {
    title: text,
    description: text,
    footerText: text,
    buttonText: text,
    sections: { type: 'array', minItems: 1, items: section },
  }),
  sendButtons: sendSchema([], {
    title: text,
    description: text,
    footer: text,
    buttons: { type: 'array', items: button },
  }),
};

export const whatsappNumbersSchema: Schema = {
  type: 'object',
  properties: { numbers: { type: 'array', minItems: 1, uniqueItems: true, items: text } },
};

export const sendPresenceSchema: Schema = {
  type: 'object',
  properties: {
    number: text,
    delay: { type: 'integer' },
    presence: { type: 'string', enum: ['unavailable', 'available', 'composing', 'recording', 'paused'] },
  },
  required: ['number', 'presence', 'delay'],
};

export const updateBlockStatusSchema: Schema = {
  type: 'object',
  properties: { number, status: { type: 'string', enum: ['block', 'unblock'] } },
  required: ['number', 'status'],
};

export const markMessageAsReadSchema: Schema = {
  type: 'object',
  properties: { readMessages: { type: 'array', minItems: 1, uniqueItems: true, items: key } },
  required: ['readMessages'],
};

export const updateMessageSchema: Schema = {
  type: 'object',
  properties: { number: text, text, key },
  required: ['number', 'text', 'key'],
};

export const deleteMessageSchema: Schema = {
  type: 'object',
  properties: { id: text, fromMe: { type: 'boolean' }, remoteJid: text, participant: text },
  required: ['id', 'fromMe', 'remoteJid'],
};
