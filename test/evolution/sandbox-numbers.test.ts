import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OpenInstance } from './open-instance.ts';
import { until } from './webhook-receiver.ts';

async function statusesOf(number: string, expected: number): Promise<string[]> {
  await using open = await OpenInstance.start();
  const { body } = await open.sendText(number);
  await until('the receipts', () => open.statuses(body.key.id).length >= expected).catch(() => {});
  await pause(60);
  return open.statuses(body.key.id);
}

describe('sandbox numbers', () => {
  it('an ordinary number is acknowledged, delivered and read, in that order', async () => {
    expect(await statusesOf('905551112233', 3)).toEqual(['SERVER_ACK', 'DELIVERY_ACK', 'READ']);
  });

  it('…0201 is delivered and never read', async () => {
    expect(await statusesOf('905551110201', 2)).toEqual(['SERVER_ACK', 'DELIVERY_ACK']);
  });

  it('…0202 reaches the server only', async () => {
    expect(await statusesOf('905551110202', 1)).toEqual(['SERVER_ACK']);
  });

  it('…0408 and …0475 are accepted and never heard of again', async () => {
    await using open = await OpenInstance.start();
    const answers = [await open.sendText('905551110408'), await open.sendText('905551110475')];
    await pause(80);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(open.statuses()).toEqual([]);
  });

  it('…0463 is accepted and refused later', async () => {
    expect(await statusesOf('905551110463', 1)).toEqual(['ERROR']);
  });

  it('…0409 repeats receipts and delivers after READ', async () => {
    expect(await statusesOf('905551110409', 5)).toEqual([
      'SERVER_ACK',
      'SERVER_ACK',
      'READ',
      'DELIVERY_ACK',
      'DELIVERY_ACK',
    ]);
  });

  it('…0290 and …0291 answer under another jid', async () => {
    await using open = await OpenInstance.start();
    await open.sendText('905551110290');
    await open.sendText('905551110291');
    await until('six receipts', () => open.statuses().length === 6);
    const jids = open.receiver.ofEvent('messages.update').map(({ body }) => body.data.remoteJid);
    expect(new Set(jids)).toEqual(new Set(['88905551110290@lid', '905551110291:5@s.whatsapp.net']));
  });

  it('…0610 asks back and …0611 opts out, once each, after reading', async () => {
    await using open = await OpenInstance.start();
    for (const number of ['905551110610', '905551110611', '905551110610']) await open.sendText(number);
    await until('nine receipts', () => open.statuses().length === 9);
    await pause(60);
    const said = open.receiver.ofEvent('messages.upsert').map(({ body }) => body.data);
    expect(said.map(({ key, message }) => [key.remoteJid, message.conversation]).sort()).toEqual([
      ['905551110610@s.whatsapp.net', 'Merhaba, fiyatı öğrenebilir miyim?'],
      ['905551110611@s.whatsapp.net', 'İPTAL'],
    ]);
    expect(
      open.receiver
        .ofEvent('presence.update')
        .map(({ body }) => body.data.id)
        .sort(),
    ).toEqual(['905551110610@s.whatsapp.net', '905551110611@s.whatsapp.net']);
  });

  it('…0404 is not on WhatsApp: 400 with an object, nothing sent', async () => {
    await using open = await OpenInstance.start();
    const { status, body } = await open.sendText('905551110404');
    expect([status, body.response.message]).toEqual([
      400,
      [{ jid: '905551110404@s.whatsapp.net', exists: false, number: '905551110404' }],
    ]);
    expect(open.simulator.sends()).toEqual([]);
  });

  it('…0500, …0400 and …0777 fail without sending', async () => {
    await using open = await OpenInstance.start();
    const answers = [
      await open.sendText('905551110500'),
      await open.sendText('905551110400'),
      await open.sendText('905551110777'),
    ];
    expect(answers.map(({ status, body }) => [status, body.response.message])).toEqual([
      [500, 'Connection Closed'],
      [400, ['Error: Connection Closed']],
      [400, ['SessionError: No sessions']],
    ]);
    expect(open.simulator.sends()).toEqual([]);
  });

  it('…0503 sends and answers 400; …0504 sends and never answers', async () => {
    await using open = await OpenInstance.start();
    expect((await open.sendText('905551110503')).status).toBe(400);
    const hanging = open.call(
      'POST',
      '/message/sendText/a',
      { number: '905551110504', text: 'x' },
      AbortSignal.timeout(100),
    );
    await expect(hanging).rejects.toThrow();
    expect(open.simulator.sendCountsByNumber()).toEqual({ '905551110503': 1, '905551110504': 1 });
    await until('both sends announced', () => open.receiver.ofEvent('send.message').length === 2);
  });

  it('mean nothing when they are switched off', async () => {
    await using open = await OpenInstance.start({ sandboxNumbers: false });
    expect((await open.sendText('905551110404')).status).toBe(201);
  });
});
