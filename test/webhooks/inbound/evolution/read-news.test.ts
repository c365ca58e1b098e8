import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  isAboutOthers,
  readAcks,
  readConnectionNews,
  readProviderTime,
} from '#webhooks/inbound/evolution/read-news.ts';
import { readWebhook } from '#webhooks/inbound/evolution/read-webhook.ts';

const directory = join(import.meta.dirname, '../../../../webhooks/inbound/evolution/samples');
const samples = readdirSync(directory).map((file) => ({
  name: file.replace('.json', ''),
  webhook: readWebhook(JSON.parse(readFileSync(join(directory, file), 'utf8')))!,
}));

const qr = {
  type: 'qr',
  code: '2@REF,PUBLIC-KEY,IDENTITY-KEY,ADV-SECRET',
  image: expect.stringMatching(/^data:image/),
};
const meaning: Record<string, unknown> = {
  'connection-update.connecting': { type: 'connecting' },
  'connection-update.open': { type: 'open', phone: '+905320000001', profileName: 'Loja Teste' },
  'connection-update.close-401': { type: 'closed', code: 401 },
  'connection-update.close-403': { type: 'closed', code: 403 },
  'connection-update.refused': { type: 'refused' },
  'qrcode-updated': { ...qr, pairingCode: null },
  'qrcode-updated.pairing-code': { ...qr, pairingCode: '12C6W319' },
  'qrcode-updated.limit': { type: 'refused' },
  'status-instance': { type: 'closed', code: 401 },
  'logout-instance': { type: 'closed', code: null },
  'remove-instance': { type: 'removed' },
  'send-message': [{ providerMessageId: '3EB033DE214FE6654C6593', status: 'PENDING' }],
  'messages-update.server-ack': [{ providerMessageId: '3EB033DE214FE6654C6593', status: 'SERVER_ACK' }],
  'messages-update.delivery-ack': [{ providerMessageId: '3EB033DE214FE6654C6593', status: 'DELIVERY_ACK' }],
  'messages-update.read': [{ providerMessageId: '3EB033DE214FE6654C6593', status: 'READ' }],
  'messages-update.error': [{ providerMessageId: '3EB0FF2C035D45FDBB5C4F', status: 'ERROR' }],
  'messages-update.lid': [{ providerMessageId: '3EB001EABCD18E17EFED5F', status: 'READ' }],
  'messages-update.device': [{ providerMessageId: '3EB001EABCD18E17EFED5F', status: 'DELIVERY_ACK' }],
  'messages-update.edit': null,
  'group-update': null,
  'presence-update': null,
  ...Object.fromEntries(
    samples.filter(({ name }) => /^messages-(upsert|edited|delete)/.test(name)).map(({ name }) => [name, null]),
  ),
};

describe('what a recorded webhook means', () => {
  it.each(samples)('$name', ({ name, webhook: { event, payload } }) => {
    const acks = readAcks(event, payload);
    expect(acks.length > 0 ? acks : readConnectionNews(event, payload)).toEqual(meaning[name]);
  });

  it('every sample is understood, and none carries a secret', () => {
    expect(samples.map((sample) => sample.name).sort()).toEqual(Object.keys(meaning).sort());
    expect(JSON.stringify(samples)).not.toMatch(/INSTANCE-TOKEN|"SECRET|ulak\.example|hooks\/evolution/);
  });

  it('groups are others’ business', () => {
    expect(samples.filter(({ webhook }) => isAboutOthers(webhook.payload)).map(({ name }) => name)).toEqual([
      'messages-upsert.group',
    ]);
  });
});

describe('what other releases send', () => {
  const ack = { providerMessageId: 'A', status: 'READ' };
  it.each([
    ['key.id', { key: { id: 'A', fromMe: true, remoteJid: '90532@s.whatsapp.net' }, status: 'READ' }],
    ['a list', [{ keyId: 'A', fromMe: true, status: 'READ' }]],
    ['a number', { keyId: 'A', fromMe: true, status: 4 }],
    ['update.status', { key: { id: 'A', fromMe: true }, update: { status: 4 } }],
  ])('%s', (_title, data) => {
    expect(readAcks('messages.update', { data })).toEqual([ack]);
  });

  it.each([
    ['somebody else’s message', { keyId: 'A', fromMe: false, status: 'READ' }],
    ['nobody says whose', { keyId: 'A', status: 'READ' }],
    ['fromMe as a word', { keyId: 'A', fromMe: 'true', status: 'READ' }],
    ['no id', { fromMe: true, status: 'READ' }],
    ['an id that is no text', { keyId: { $gt: '' }, fromMe: true, status: 'READ' }],
    ['an endless id', { keyId: 'A'.repeat(300), fromMe: true, status: 'READ' }],
    ['no status', { keyId: 'A', fromMe: true }],
    ['a status that is none', { keyId: 'A', fromMe: true, status: 'DELETED' }],
    ['a number that is none', { keyId: 'A', fromMe: true, status: 9 }],
    ['a status of the prototype', { keyId: 'A', fromMe: true, status: 'constructor' }],
    ['a group', { keyId: 'A', fromMe: true, status: 'READ', remoteJid: '1203@g.us' }],
    ['a status post', { keyId: 'A', fromMe: true, status: 'READ', remoteJid: 'status@broadcast' }],
    ['a channel', { keyId: 'A', fromMe: true, status: 'READ', remoteJid: '1@newsletter' }],
    ['nothing', null],
    ['a word', 'READ'],
  ])('is not an ack: %s', (_title, data) => {
    expect(readAcks('messages.update', { data })).toEqual([]);
  });

  it('a close that is not final is a reconnect', () => {
    expect(readConnectionNews('connection.update', { data: { state: 'close', statusReason: 515 } })).toEqual({
      type: 'connecting',
    });
  });

  it.each([null, [], 'open', { state: 'dancing' }])('no news: connection.update with %j', (data) => {
    expect(readConnectionNews('connection.update', { data })).toBeNull();
  });

  it('an open without wuid takes the sender’s number', () => {
    const payload = { data: { state: 'open' }, sender: '905320000001@s.whatsapp.net' };
    expect(readConnectionNews('connection.update', payload)).toMatchObject({ phone: '+905320000001' });
  });

  it('a time that is none is none', () => {
    expect(readProviderTime({ date_time: 'soon' })).toBeNull();
    expect(readProviderTime({})).toBeNull();
  });
});

describe('what is kept of a webhook', () => {
  it('no token, no secret, no inlined file, nothing that cannot be stored', () => {
    const read = readWebhook({
      event: 'messages.upsert',
      instance: 'ulak-1',
      apikey: 'TOKEN',
      destination: 'https://x/hooks/evolution/SECRET',
      data: {
        message: { base64: 'AAAA', imageMessage: { jpegThumbnail: { 0: 255 }, caption: 'a\0b\ud800' } },
        long: 'x'.repeat(200_000),
      },
    });
    expect(read?.payload.data).toEqual({ message: { imageMessage: { caption: 'ab\ufffd' } }, long: null });
    expect(JSON.stringify(read)).not.toMatch(/TOKEN|SECRET/);
  });

  it('is cut where it goes too deep', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 5_000; level++) deep = [deep];
    expect(JSON.stringify(readWebhook({ event: 'call', instance: 'x', data: deep })).length).toBeLessThan(300);
  });

  it.each([null, [], 'x', 7, {}, { event: 'call' }, { event: 7, instance: 'x' }])('is nothing of %j', (json) => {
    expect(readWebhook(json)).toBeNull();
  });
});
