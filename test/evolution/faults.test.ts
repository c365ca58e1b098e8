import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OpenInstance } from './open-instance.ts';
import { until } from './webhook-receiver.ts';

const number = '905551112233';

async function withFault(rule: Record<string, unknown>, options = {}): Promise<OpenInstance> {
  const open = await OpenInstance.start(options, ['a', 'b']);
  const { status, body } = await open.post('/simulator/faults', rule);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return open;
}

describe('fault rules', () => {
  it('apply to the instance, number and verb named, and only as often as counted', async () => {
    await using open = await withFault({
      instance: 'a',
      number,
      verb: 'sendText',
      count: 2,
      outcome: { kind: 'answer', status: 500 },
    });
    const statuses = [];
    for (const [to, instance] of [
      [number, 'b'],
      ['905551112234', 'a'],
      [number, 'a'],
      [number, 'a'],
      [number, 'a'],
    ]) {
      statuses.push((await open.sendText(to ?? '', {}, instance)).status);
    }
    expect(statuses).toEqual([201, 201, 500, 500, 201]);
    expect(open.simulator.sends()).toHaveLength(3);
  });

  it('fall by probability, the same way for the same seed', async () => {
    const run = async () => {
      await using open = await withFault({ probability: 0.5, outcome: { kind: 'answer', status: 500 } }, { seed: 42 });
      const statuses = [];
      for (let index = 0; index < 20; index += 1)
        statuses.push((await open.sendText(`90555111${2000 + index}`)).status);
      return statuses;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([201, 500]));
    expect(await run()).toEqual(first);
  });

  it('reset: the connection breaks, nothing is sent', async () => {
    await using open = await withFault({ outcome: { kind: 'reset' } });
    await expect(open.sendText(number)).rejects.toThrow();
    expect(open.simulator.sends()).toEqual([]);
  });

  it('accept-then-reset: the connection breaks, the phone has the message', async () => {
    await using open = await withFault({ outcome: { kind: 'accept-then-reset' } });
    await expect(open.sendText(number)).rejects.toThrow();
    expect(open.simulator.sendCountsByNumber()).toEqual({ [number]: 1 });
  });

  it('hang: no answer for a while, then 400 Connection Closed, nothing sent', async () => {
    await using open = await withFault({ outcome: { kind: 'hang', ms: 60 } });
    const before = Date.now();
    const { status, body } = await open.sendText(number);
    expect(Date.now() - before).toBeGreaterThanOrEqual(55);
    expect([status, body.response.message]).toEqual([400, ['Error: Connection Closed']]);
    expect(open.simulator.sends()).toEqual([]);
  });

  it('slow: sends although the caller gave up', async () => {
    await using open = await withFault({ outcome: { kind: 'slow', ms: 100 } });
    const impatient = open.call('POST', '/message/sendText/a', { number, text: 'x' }, AbortSignal.timeout(30));
    await expect(impatient).rejects.toThrow();
    await until('the send', () => open.simulator.sends().length === 1);
  });

  it('no-key: 201 without a key', async () => {
    await using open = await withFault({ outcome: { kind: 'no-key' } });
    const { status, body } = await open.sendText(number);
    expect([status, body.key, body.type]).toEqual([201, undefined, 'OAuthException']);
  });

  it('mute: accepted, never acknowledged', async () => {
    await using open = await withFault({ outcome: { kind: 'mute' } });
    expect((await open.sendText(number)).status).toBe(201);
    await pause(80);
    expect(open.statuses()).toEqual([]);
  });

  it('without a trace: the phone has it, Evolution knows nothing', async () => {
    await using open = await withFault({ outcome: { kind: 'accept-then-answer', status: 400, trace: false } });
    expect((await open.sendText(number)).status).toBe(400);
    await pause(60);
    expect(open.simulator.sendCountsByNumber()).toEqual({ [number]: 1 });
    expect(open.receiver.ofEvent('send.message')).toEqual([]);
    const { body } = await open.post('/chat/findMessages/a', {
      where: { key: { remoteJid: `${number}@s.whatsapp.net` } },
    });
    expect(body.messages.total).toBe(0);
  });

  it('license: 503 on every business route until removed', async () => {
    await using open = await withFault({ outcome: { kind: 'license' } });
    const answers = [await open.sendText(number), await open.call('GET', '/instance/connectionState/a')];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [503, 'LICENSE_REQUIRED'],
      [503, 'LICENSE_REQUIRED'],
    ]);
    await open.call('DELETE', '/simulator/faults');
    expect((await open.sendText(number)).status).toBe(201);
  });

  it('by verb reach other routes too', async () => {
    await using open = await withFault({
      verb: 'findMessages',
      outcome: { kind: 'answer', status: 500, message: 'boom' },
    });
    expect((await open.post('/chat/findMessages/a', {})).status).toBe(500);
    expect((await open.sendText(number)).status).toBe(201);
  });

  it('the control routes refuse what they do not understand, and callers without the key', async () => {
    await using open = await OpenInstance.start();
    expect((await open.post('/simulator/faults', { outcome: { kind: 'explode' } })).status).toBe(400);
    expect((await fetch(`${open.simulator.url}/simulator/counts`)).status).toBe(401);
  });
});
