import type { Schema } from './schema-check.ts';
import { webhookEventNames } from './webhook-events.ts';

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };

const settingsProperties: Record<string, Schema> = {
  rejectCall: flag,
  msgCall: text,
  groupsIgnore: flag,
  alwaysOnline: flag,
  readMessages: flag,
  readStatus: flag,
  syncFullHistory: flag,
  wavoipToken: text,
};

const events: Schema = { type: 'array', items: { type: 'string', enum: webhookEventNames } };

export const createInstanceSchema: Schema = {
  type: 'object',
  properties: {
    instanceName: text,
    integration: text,
    token: text,
    number: { type: 'string', pattern: '^\\d+[\\.@\\w-]+' },
    businessId: text,
    qrcode: flag,
    ...settingsProperties,
    proxyHost: text,
    proxyPort: text,
    proxyProtocol: text,
    proxyUsername: text,
    proxyPassword: text,
    webhook: { type: 'object', properties: { url: text, enabled: flag, byEvents: flag, base64: flag, events } },
  },
};

export const setWebhookSchema: Schema = {
  type: 'object',
  properties: {
    webhook: {
      type: 'object',
      properties: { enabled: flag, url: text, headers: { type: 'object' }, byEvents: flag, base64: flag, events },
      required: ['enabled', 'url'],
    },
  },
  required: ['webhook'],
};

export const setSettingsSchema: Schema = {
  type: 'object',
  properties: settingsProperties,
  required: ['rejectCall', 'groupsIgnore', 'alwaysOnline', 'readMessages', 'readStatus', 'syncFullHistory'],
};

export const setProxySchema: Schema = {
  type: 'object',
  properties: { enabled: flag, host: text, port: text, protocol: text, username: text, password: text },
  required: ['enabled', 'host', 'port', 'protocol'],
  notEmpty: ['host', 'port', 'protocol'],
};

export const setPresenceSchema: Schema = {
  type: 'object',
  properties: { presence: { type: 'string', enum: ['unavailable', 'available', 'composing', 'recording', 'paused'] } },
  required: ['presence'],
};

const word: Schema = { type: 'string' };
const yesOrNo: Schema = { type: 'boolean' };
const whole: Schema = { type: 'integer' };

export const setChatwootSchema: Schema = {
  type: 'object',
  properties: {
    enabled: yesOrNo,
    accountId: word,
    token: word,
    url: word,
    signMsg: yesOrNo,
    reopenConversation: yesOrNo,
    conversationPending: yesOrNo,
    autoCreate: yesOrNo,
    importContacts: yesOrNo,
    mergeBrazilContacts: yesOrNo,
    importMessages: yesOrNo,
    daysLimitImportMessages: { type: 'number' },
    ignoreJids: { type: 'array', items: word },
  },
  required: ['enabled', 'accountId', 'token', 'url', 'signMsg', 'reopenConversation', 'conversationPending'],
};

export const setTypebotSchema: Schema = {
  type: 'object',
  properties: {
    enabled: yesOrNo,
    description: word,
    url: word,
    typebot: word,
    triggerType: { type: 'string', enum: ['all', 'keyword', 'none', 'advanced'] },
    triggerOperator: { type: 'string', enum: ['equals', 'contains', 'startsWith', 'endsWith', 'regex'] },
    triggerValue: word,
    expire: whole,
    keywordFinish: word,
    delayMessage: whole,
    unknownMessage: word,
    listeningFromMe: yesOrNo,
    stopBotFromMe: yesOrNo,
    ignoreJids: { type: 'array', items: word },
  },
  required: ['enabled', 'url', 'typebot', 'triggerType'],
};
