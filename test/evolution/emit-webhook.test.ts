import { setTimeout as pause } from 'node:timers/promises';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { OpenInstance } from './open-instance.ts';
import { until } from './webhook-receiver.ts';

const number = '905551110408';

async function withWebhook(path: string, webhook: Record<string, unknown> = {}, options = {}): Promise<OpenInstance> {
  const open = await OpenInstance.start(options);
  const config = { enabled: true, url: `${open.receiver.url}${path}`, events: ['SEND_MESSAGE'], ...webhook };
  await open.post('/webhook/set/a', { webhook: config });
  open.receiver.received.length = 0;
  return open;
}

describe('webhooks', () => {
  it('are tried again after 5xx, with growing pauses, until a 2xx', async () => {
    await using open = await withWebhook('/fail/2/x');
    await open.sendText(number);
    await until('three deliveries', () => open.receiver.received.length === 3);
    const [first, second, third] = open.receiver.received;
    expect([first?.answered, second?.answered, third?.answered]).toEqual([500, 500, 200]);
    expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThan(25);
  });

  it('are given up at 401 and after the last attempt at 302', async () => {
    await using open = await withWebhook('/status/401');
    await open.sendText(number);
    await pause(120);
    expect(open.receiver.received).toHaveLength(1);
    await open.post('/webhook/set/a', {
      webhook: { enabled: true, url: `${open.receiver.url}/status/302`, events: [] },
    });
    open.receiver.received.length = 0;
    await open.sendText(number);
    await until('four deliveries', () => open.receiver.received.length === 4);
    await pause(120);
    expect(open.receiver.received).toHaveLength(4);
  });

  it('come again from a slow receiver that has them already', async () => {
    await using open = await withWebhook('/slow/300');
    await open.sendText(number);
    await until('a second delivery', () => open.receiver.received.length >= 2);
    expect(open.receiver.received[1]?.body).toEqual(open.receiver.received[0]?.body);
  });

  it('carry a JWT in place of jwt_key, and the other headers', async () => {
    await using open = await withWebhook('/h', { headers: { jwt_key: 'k1', Authorization: 'old', 'X-Tenant': '42' } });
    await open.sendText(number);
    await until('a delivery', () => open.receiver.received.length === 1);
    const headers = open.receiver.received[0]?.headers ?? {};
    expect(headers['x-tenant']).toBe('42');
    expect(headers.jwt_key).toBeUndefined();
    const token = String(headers.authorization).replace('Bearer ', '');
    const { payload } = await jwtVerify(token, new TextEncoder().encode('k1'));
    expect(payload).toMatchObject({ app: 'evolution', action: 'webhook' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  });

  it('by events append the event in kebab case to the path', async () => {
    await using open = await withWebhook('/h', { byEvents: true });
    await open.sendText(number);
    await until('a delivery', () => open.receiver.received.length === 1);
    expect(open.receiver.received[0]?.path).toBe('/h/send-message');
  });

  it('are filtered by the configured events and silent when disabled', async () => {
    await using open = await withWebhook('/h', { events: ['MESSAGES_UPDATE'] });
    await open.sendText('905551112233');
    await until('three receipts', () => open.receiver.received.length === 3);
    expect(open.receiver.ofEvent('send.message')).toEqual([]);
    await open.post('/webhook/set/a', { webhook: { enabled: false, url: `${open.receiver.url}/h` } });
    await open.sendText('905551112233');
    await pause(60);
    expect(open.receiver.received).toHaveLength(3);
  });

  it('carry the instance token, or null when keys are not exposed', async () => {
    await using open = await withWebhook('/h');
    await using discreet = await withWebhook('/h', {}, { exposeInstanceKey: false });
    await open.sendText(number);
    await discreet.sendText(number);
    await until('both', () => open.receiver.received.length === 1 && discreet.receiver.received.length === 1);
    expect(open.receiver.received[0]?.body.apikey).toBe(open.simulator.instances()[0]?.token);
    expect(discreet.receiver.received[0]?.body.apikey).toBeNull();
  });

  it('messages.edited holds back everything inbound until it is delivered', async () => {
    await using open = await withWebhook('/fail/3/edit', { events: ['MESSAGES_EDITED', 'MESSAGES_UPSERT'] });
    await open.post('/simulator/inbound/a', { kind: 'edit', from: '905551112233', targetId: 'X', text: 'yeni' });
    await open.post('/simulator/inbound/a', { from: '905551112233', text: 'sonra' });
    await until('the later message', () => open.receiver.ofEvent('messages.upsert').length === 1);
    expect(open.receiver.received.map(({ body }) => body.event)).toEqual([
      'messages.edited',
      'messages.edited',
      'messages.edited',
      'messages.edited',
      'messages.upsert',
    ]);
  });
});

describe('webhook weather', () => {
  it('loses, doubles and pauses deliveries', async () => {
    await using open = await withWebhook('/h');
    await open.call('PUT', '/simulator/webhooks', { loseShare: 1 });
    await open.sendText(number);
    await open.call('PUT', '/simulator/webhooks', { loseShare: 0, duplicateShare: 1 });
    await open.sendText(number);
    await until('the doubled one', () => open.receiver.received.length === 2);
    await open.call('PUT', '/simulator/webhooks', { duplicateShare: 0, paused: true });
    await open.sendText(number);
    await pause(50);
    expect(open.receiver.received).toHaveLength(2);
    await open.call('PUT', '/simulator/webhooks', { paused: false });
    await until('the held one', () => open.receiver.received.length === 3);
  });

  it('reorders them', async () => {
    await using open = await withWebhook('/h', {}, { seed: 7 });
    await open.call('PUT', '/simulator/webhooks', { reorder: 100 });
    const sent: string[] = [];
    for (let index = 0; index < 10; index += 1) sent.push((await open.sendText(number)).body.key.id);
    await until('all ten', () => open.receiver.received.length === 10);
    const arrived = open.receiver.received.map(({ body }) => body.data.key.id);
    expect(arrived).not.toEqual(sent);
    expect(arrived.toSorted()).toEqual(sent.toSorted());
  });
});
