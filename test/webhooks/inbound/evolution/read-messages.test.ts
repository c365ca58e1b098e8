import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAmendments, readLidReceipts, readMessages } from '#webhooks/inbound/evolution/read-messages.ts';
import { readWebhook } from '#webhooks/inbound/evolution/read-webhook.ts';

const at = new Date('2026-11-21T00:00:00Z');
const knock = (event: string, payload: { data?: unknown; date_time?: unknown }) => ({
  instanceId: 'I',
  event,
  payload,
  at,
});
const sample = (name: string) => {
  const text = readFileSync(
    new URL(`../../../../webhooks/inbound/evolution/samples/${name}.json`, import.meta.url),
    'utf8',
  );
  const { event, payload } = readWebhook(JSON.parse(text))!;
  return knock(event, payload);
};
const key = { remoteJid: '905320000002@s.whatsapp.net', fromMe: false, id: 'IN1' };
const read = (message: unknown, more: object = {}) =>
  readMessages(knock('messages.upsert', { data: { key, message, messageTimestamp: 1_795_204_947, ...more } }))[0];

describe('a recorded message', () => {
  const maria = { phone: '+905320000002', lid: null, fromMe: false, profileName: 'Maria', inReplyTo: null };
  it.each<[string, object]>([
    ['text', { ...maria, providerMessageId: 'IN0001', kind: 'text', body: 'Oi, quero saber mais', content: null }],
    ['hidden-with-phone', { phone: '+905320000002', lid: null, body: 'vim por LID' }],
    ['hidden', { phone: null, lid: '777777777777777', profileName: 'João', body: 'só LID' }],
    [
      'image',
      {
        kind: 'image',
        body: 'foto',
        attached: true,
        content: { mimeType: 'image/jpeg', sizeBytes: 1234, width: 10, height: 10 },
      },
    ],
    ['reply', { kind: 'text', body: 'resposta', inReplyTo: '3EB0X' }],
    ['button', { kind: 'text', body: 'Sim', content: { button: { id: 'y', text: 'Sim' } } }],
    ['reaction', { kind: 'reaction', body: '❤️', inReplyTo: '3EB0X', content: { emoji: '❤️' } }],
    ['typed', { fromMe: true, profileName: null, body: 'digitado no celular' }],
    ['after-reconnect', { body: 'logo após reconectar', saidAt: new Date(1_795_205_066_000) }],
    ['passive-channel', { phone: '+905320000002', body: 'oi' }],
    ['business-text', { providerMessageId: 'wamid.IN1', body: 'Oi' }],
    ['business-image', { kind: 'image', body: 'foto', content: { mimeType: 'image/png' }, attached: true }],
    ['business-button', { kind: 'text', body: 'Sim', inReplyTo: 'wamid.HBgNFAKE000001' }],
    ['business-batch', { body: 'one', saidAt: new Date(1_700_000_000_000) }],
  ])('%s', (name, meaning) => expect(readMessages(sample(`messages-upsert.${name}`))).toMatchObject([meaning]));

  it('of a group, and what is none, is nobody’s', () => {
    for (const name of ['messages-upsert.group', 'messages-update.read', 'send-message', 'messages-edited'])
      expect(readMessages(sample(name)), name).toEqual([]);
  });

  it.each([
    ['messages-edited', { type: 'edit', providerMessageId: 'IN0001', fromMe: false, body: 'Oi, quero saber mais!' }],
    ['messages-update.edit', { type: 'edit', providerMessageId: 'IN0001', body: 'Oi, quero saber mais!' }],
    ['messages-edited.revoke', { type: 'recall', providerMessageId: 'IN0001', fromMe: false }],
    ['messages-delete', { type: 'recall', providerMessageId: 'IN0001', fromMe: false }],
    ['messages-delete.own', { type: 'recall', providerMessageId: '3EB0347812297A540780D9', fromMe: true }],
  ])('%s amends', (name, meaning) => expect(readAmendments(sample(name))).toMatchObject([meaning]));

  it('receipts from a hidden number tell of it', () => {
    expect(readLidReceipts(sample('messages-update.lid'))).toEqual([
      { instanceId: 'I', lid: expect.stringMatching(/^\d+$/), providerMessageId: '3EB001EABCD18E17EFED5F' },
    ]);
    expect(readLidReceipts(sample('messages-update.read'))).toEqual([]);
  });
});

describe('what is said', () => {
  const long = { low: 2_000_000, high: 0, unsigned: true };
  it.each<[string, unknown, object]>([
    ['with a link', { extendedTextMessage: { text: 'bak: a.b' } }, { kind: 'text', body: 'bak: a.b' }],
    [
      'quoting',
      { extendedTextMessage: { text: 'evet', contextInfo: { stanzaId: '3EB0Q', quotedMessage: {} } } },
      { body: 'evet', inReplyTo: '3EB0Q' },
    ],
    [
      'a voice note',
      { audioMessage: { ptt: true, seconds: 4, mimetype: 'audio/ogg; codecs=opus', fileLength: long } },
      { kind: 'voice', attached: true, content: { seconds: 4, sizeBytes: 2_000_000 } },
    ],
    ['sound', { audioMessage: { seconds: 90 } }, { kind: 'audio', attached: true }],
    ['a video', { videoMessage: { caption: 'bak', seconds: 3, gifPlayback: true } }, { kind: 'video', body: 'bak' }],
    ['a round video', { ptvMessage: { seconds: 3 } }, { kind: 'video', content: { seconds: 3, round: true } }],
    [
      'a document with a caption',
      { documentWithCaptionMessage: { message: { documentMessage: { fileName: 'Teklif.pdf', caption: 'son hali' } } } },
      { kind: 'document', body: 'son hali', content: { fileName: 'Teklif.pdf' }, attached: true },
    ],
    ['a sticker', { stickerMessage: { mimetype: 'image/webp' } }, { kind: 'sticker', attached: true }],
    [
      'a place',
      { locationMessage: { degreesLatitude: 41.01, degreesLongitude: 28.97, name: 'Galata', address: 'Beyoğlu' } },
      {
        kind: 'location',
        content: { latitude: 41.01, longitude: 28.97, name: 'Galata', address: 'Beyoğlu' },
        attached: false,
      },
    ],
    [
      'where he is now',
      { liveLocationMessage: { degreesLatitude: 41, degreesLongitude: 29, caption: 'geliyorum' } },
      { kind: 'location', body: 'geliyorum', content: { latitude: 41, live: true } },
    ],
    [
      'a contact',
      {
        contactMessage: {
          displayName: 'Çağrı Öz',
          vcard:
            'BEGIN:VCARD\nFN:Çağrı Öz\nitem1.TEL;waid=905321112233:+90 532 111 22 33\nTEL;TYPE=WORK:0212\r\n  444\nEND:VCARD',
        },
      },
      {
        kind: 'contact',
        body: 'Çağrı Öz',
        content: { contacts: [{ name: 'Çağrı Öz', phones: ['+905321112233', '0212 444'] }] },
      },
    ],
    [
      'contacts',
      { contactsArrayMessage: { contacts: [{ displayName: 'A' }, { vcard: 'FN:B' }, 7] } },
      { kind: 'contact', body: 'A, B', content: { contacts: [{ name: 'A' }, { name: 'B' }, { name: null }] } },
    ],
    [
      'a reaction taken back',
      { reactionMessage: { key: { id: '3EB0X' }, text: '' } },
      { kind: 'reaction', body: null, inReplyTo: '3EB0X', content: { emoji: null } },
    ],
    [
      'a list’s row',
      { listResponseMessage: { title: 'Salı', singleSelectReply: { selectedRowId: 'r2' } } },
      { kind: 'text', body: 'Salı', content: { list: { rowId: 'r2', title: 'Salı', description: null } } },
    ],
    [
      'a template’s button',
      { templateButtonReplyMessage: { selectedId: 'b', selectedDisplayText: 'STOP' } },
      { body: 'STOP' },
    ],
    [
      'a flow’s answer',
      {
        interactiveResponseMessage: {
          body: { text: 'Tamam' },
          nativeFlowResponseMessage: { name: 'q', paramsJson: '{}' },
        },
      },
      { body: 'Tamam', content: { button: { id: 'q', answer: '{}' } } },
    ],
    [
      'a poll',
      { pollCreationMessageV3: { name: 'Ne zaman?', options: [{ optionName: 'Pzt' }, { optionName: 'Salı' }] } },
      { kind: 'poll', body: 'Ne zaman?', content: { options: ['Pzt', 'Salı'], selectableCount: null } },
    ],
    [
      'a vote',
      { pollUpdateMessage: { pollCreationMessageKey: { id: '3EB0P' } } },
      { kind: 'poll', inReplyTo: '3EB0P' },
    ],
    ['disappearing', { ephemeralMessage: { message: { extendedTextMessage: { text: 'gizli' } } } }, { body: 'gizli' }],
    [
      'to be seen once',
      { viewOnceMessageV2: { message: { imageMessage: { caption: 'bak' } } } },
      { kind: 'image', body: 'bak', content: { viewOnce: true } },
    ],
    [
      'what we have no word for',
      { orderMessage: { orderId: '1' } },
      { kind: 'unsupported', content: { type: 'orderMessage' } },
    ],
  ])('%s', (_, message, meaning) => expect(read(message)).toMatchObject(meaning));

  it.each([
    ['keys', { senderKeyDistributionMessage: {}, messageContextInfo: {} }],
    ['a setting', { protocolMessage: { type: 3 } }],
    ['the frame around pictures', { albumMessage: { expectedImageCount: 3 } }],
    ['nothing', {}],
    ['no message', undefined],
    ['text', 'STOP'],
  ])('%s is no message', (_, message) => expect(read(message)).toBeUndefined());

  it('votes are told where Evolution could open them', () => {
    const pollUpdates = [
      { name: 'Salı', voters: ['x'] },
      { name: 'Pzt', voters: [] },
    ];
    expect(read({ pollUpdateMessage: {} }, { pollUpdates })).toMatchObject({ content: { votes: ['Salı'] } });
  });

  it('at a time that can be: Long, text, or else when it reached us', () => {
    const said = (messageTimestamp: unknown) => read({ conversation: 'x' }, { messageTimestamp })!.saidAt;
    expect(said({ low: 1_795_204_947, high: 0, unsigned: true })).toEqual(new Date(1_795_204_947_000));
    expect(said('1795204947')).toEqual(new Date(1_795_204_947_000));
    for (const wrong of [undefined, 'soon', 0, -5, 9e15, at.getTime() / 1000 + 3600]) expect(said(wrong)).toEqual(at);
  });

  it('edits and recalls inside a message are none themselves', () => {
    const revoke = { protocolMessage: { key: { id: 'X', fromMe: false }, type: 0 } };
    const edit = {
      editedMessage: {
        message: {
          protocolMessage: { key: { id: 'X' }, type: 14, editedMessage: { extendedTextMessage: { text: 'y' } } },
        },
      },
    };
    for (const message of [revoke, edit]) expect(read(message)).toBeUndefined();
    const deeds = (message: unknown) => readAmendments(knock('messages.upsert', { data: { key, message } }));
    expect(deeds(revoke)).toMatchObject([{ type: 'recall', providerMessageId: 'X' }]);
    expect(deeds(edit)).toMatchObject([{ type: 'edit', providerMessageId: 'X', body: 'y' }]);
  });
});

describe('who says it', () => {
  const who = (more: object) => {
    const [said] = readMessages(
      knock('messages.upsert', { data: { key: { ...key, ...more }, message: { conversation: 'x' } } }),
    );
    return said && { phone: said.phone, lid: said.lid };
  };
  const both = { phone: '+905320000002', lid: '88123' };

  it('phone and hidden number, wherever a release puts them', () => {
    const phone = '905320000002@s.whatsapp.net';
    expect(who({ remoteJid: '88123@lid', remoteJidAlt: phone })).toEqual(both);
    expect(who({ remoteJidAlt: '88123@lid' })).toEqual(both);
    expect(who({ previousRemoteJid: '88123:4@lid' })).toEqual(both);
    expect(who({ remoteJid: '88123@lid', senderPn: phone })).toEqual(both);
    expect(who({ senderLid: '88123@lid' })).toEqual(both);
    expect(who({ remoteJid: '905320000002:7@s.whatsapp.net' })).toEqual({ ...both, lid: null });
  });

  it('the sender of what we typed is ourselves', () => {
    expect(who({ remoteJid: '88123@lid', senderPn: '905320000001@s.whatsapp.net', fromMe: true })).toEqual({
      phone: null,
      lid: '88123',
    });
  });

  it.each([
    ['a group', { remoteJid: '1203@g.us', remoteJidAlt: '905320000002@s.whatsapp.net' }],
    ['a broadcast', { remoteJid: 'status@broadcast' }],
    ['a channel', { remoteJid: '120@newsletter' }],
    ['WhatsApp itself', { remoteJid: '0@s.whatsapp.net' }],
    ['nobody', { remoteJid: null }],
    ['without an id', { id: '' }],
    ['with an endless id', { id: 'x'.repeat(300) }],
  ])('%s is left out', (_, more) => expect(who(more)).toBeUndefined());

  it('reads lists, as older releases send them, and survives anything', () => {
    const one = { key, message: { conversation: 'x' } };
    expect(readMessages(knock('messages.upsert', { data: [one, null, one] }))).toHaveLength(2);
    for (const data of [null, 'x', 7, [[]], { key: 'x', message: [] }, { key: [], message: { imageMessage: 'x' } }])
      for (const event of ['messages.upsert', 'messages.update', 'messages.edited', 'messages.delete'])
        expect([readMessages(knock(event, { data })), readAmendments(knock(event, { data }))]).toEqual([[], []]);
  });
});
