import { describe, expect, it } from 'vitest';
import { OpenInstance } from './open-instance.ts';

const number = '905551112233';

describe('what the simulator counts', () => {
  it('calls in flight per instance, and the shortest gap between them', async () => {
    await using open = await OpenInstance.start({ latencyMs: 40 }, ['a', 'b']);
    await Promise.all([
      open.sendText('905550000001'),
      open.sendText('905550000002'),
      open.sendText('905550000003', {}, 'b'),
    ]);
    await open.sendText('905550000004', {}, 'b');
    const { maxInFlight, minGapMs, total } = open.simulator.figures();
    expect(maxInFlight).toEqual({ a: 2, b: 1 });
    expect(minGapMs.a).toBeLessThan(30);
    expect(minGapMs.b).toBeGreaterThanOrEqual(35);
    expect(total).toBe(4);
  });

  it('a hanging call is over when the caller hangs up', async () => {
    await using open = await OpenInstance.start();
    const hanging = { number: '905551110504', text: 'x' };
    for (let times = 0; times < 2; times += 1) {
      await expect(open.call('POST', '/message/sendText/a', hanging, AbortSignal.timeout(50))).rejects.toThrow();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(open.simulator.maxInFlight('a')).toBe(1);
  });

  it('2.3.7 ignores an own message id: the same message twice is doubled on the phone', async () => {
    await using open = await OpenInstance.start();
    const messageId = '3EB00123456789ABCDEF01';
    const { body } = await open.sendText(number, { messageId });
    await open.sendText(number, { messageId });
    expect(body.key.id).not.toBe(messageId);
    expect(open.simulator.figures()).toMatchObject({ total: 2, shown: 2, doubled: [number] });
    expect(open.simulator.sends().map((send) => send.messageId)).toEqual([messageId, messageId]);
  });

  it('2.4 takes it: the phone shows a repeated id once', async () => {
    await using open = await OpenInstance.start({ supportsOwnMessageId: true });
    const messageId = '3EB00123456789ABCDEF01';
    const answers = [await open.sendText(number, { messageId }), await open.sendText(number, { messageId })];
    expect(answers.map(({ body }) => body.key.id)).toEqual([messageId, messageId]);
    expect(open.simulator.figures()).toMatchObject({ total: 2, shown: 1, doubled: [], doubledAtGateway: [number] });
  });

  it('media by hash and size, from base64, upload or URL alike', async () => {
    await using open = await OpenInstance.start();
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const media = { number, mediatype: 'image', caption: 'görsel' };
    await open.post('/message/sendMedia/a', { ...media, media: png.toString('base64') });
    await open.post('/message/sendMedia/a', { ...media, media: `${open.receiver.url}/file/a.png` });
    const form = new FormData();
    form.set('number', number);
    form.set('mediatype', 'image');
    form.set('file', new Blob([png], { type: 'image/png' }), 'a.png');
    const headers = { apikey: open.simulator.apiKey };
    await fetch(`${open.simulator.url}/message/sendMedia/a`, { method: 'POST', headers, body: form });
    const { body: sends } = await open.call('GET', `/simulator/sends?instance=a&number=${number}`);
    const hashes = sends.map((send: { media: { sha256: string; size: number } }) => [
      send.media.sha256,
      send.media.size,
    ]);
    expect(hashes).toHaveLength(3);
    expect(new Set(hashes.map(String)).size).toBe(1);
    expect(sends[0].text).toBe('görsel');
  });

  it('nothing after a reset', async () => {
    await using open = await OpenInstance.start();
    await open.sendText(number);
    await open.post('/simulator/reset', { keepInstances: true });
    expect(open.simulator.figures().total).toBe(0);
    expect(open.stateOf('a')).toBe('open');
    await open.post('/simulator/reset', {});
    expect(open.simulator.instances()).toEqual([]);
  });
});
