import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readInboundTexts } from '#webhooks/inbound/evolution/read-inbound-texts.ts';

const sample = async (name: string) =>
  JSON.parse(
    await readFile(new URL(`../../../../webhooks/inbound/evolution/samples/${name}.json`, import.meta.url), 'utf8'),
  );
const key = { remoteJid: '905320000002@s.whatsapp.net', fromMe: false, id: 'IN1' };
const read = (data: unknown) => readInboundTexts('messages.upsert', { data });
const said = (text: string) => [{ phone: '+905320000002', providerMessageId: 'IN1', text }];

describe('readInboundTexts', () => {
  it('reads the recorded text, and nothing in the other recordings', async () => {
    const text = await sample('messages-upsert.text');
    expect(readInboundTexts(text.event, text)).toEqual([
      { phone: '+905320000002', providerMessageId: 'IN0001', text: 'Oi, quero saber mais' },
    ]);
    for (const name of ['messages-upsert.group', 'messages-update.read', 'send-message', 'messages-edited']) {
      const other = await sample(name);
      expect(readInboundTexts(other.event, other), name).toEqual([]);
    }
  });

  it.each([
    ['typed', { conversation: 'STOP' }],
    ['with a link or a quote', { extendedTextMessage: { text: 'STOP' } }],
    ['a pressed button', { buttonsResponseMessage: { selectedButtonId: 'x', selectedDisplayText: 'STOP' } }],
    ["a template's button", { templateButtonReplyMessage: { selectedDisplayText: 'STOP' } }],
    [
      'in a chat with disappearing messages',
      { ephemeralMessage: { message: { extendedTextMessage: { text: 'STOP' } } } },
    ],
  ])('%s', (_, message) => expect(read({ key, message })).toEqual(said('STOP')));

  it('takes the phone behind a hidden sender where it is told', () => {
    const message = { conversation: 'STOP' };
    const lid = { ...key, remoteJid: '88123@lid', remoteJidAlt: '905320000002@s.whatsapp.net' };
    expect(read({ key: lid, message })).toEqual(said('STOP'));
    expect(read({ key: { ...key, remoteJid: '905320000002:7@s.whatsapp.net' }, message })).toEqual(said('STOP'));
    expect(read({ key: { ...lid, remoteJidAlt: undefined }, message })).toEqual([]);
  });

  it.each([
    ['our own', { key: { ...key, fromMe: true }, message: { conversation: 'STOP' } }],
    [
      'a group',
      { key: { ...key, remoteJid: '1203@g.us', remoteJidAlt: key.remoteJid }, message: { conversation: 'STOP' } },
    ],
    ['a broadcast', { key: { ...key, remoteJid: 'status@broadcast' }, message: { conversation: 'STOP' } }],
    ['a picture', { key, message: { imageMessage: { caption: 'STOP' } } }],
    ['without an id', { key: { ...key, id: '' }, message: { conversation: 'STOP' } }],
    ['with an endless id', { key: { ...key, id: 'x'.repeat(300) }, message: { conversation: 'STOP' } }],
    ['without a message', { key }],
    ['nothing', null],
    ['text', 'STOP'],
  ])('leaves out %s', (_, data) => expect(read(data)).toEqual([]));

  it('reads lists, as older releases send them', () => {
    const one = { key, message: { conversation: 'STOP' } };
    expect(read([one, null, one])).toEqual([...said('STOP'), ...said('STOP')]);
  });
});
