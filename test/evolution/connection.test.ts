import { describe, expect, it } from 'vitest';
import { OpenInstance } from './open-instance.ts';
import { until } from './webhook-receiver.ts';

async function unpaired(options = {}): Promise<OpenInstance> {
  const open = await OpenInstance.start({ autoScanMs: null, ...options }, []);
  await open.post('/instance/create', {
    instanceName: 'a',
    integration: 'WHATSAPP-BAILEYS',
    webhook: {
      url: `${open.receiver.url}/a`,
      events: ['CONNECTION_UPDATE', 'QRCODE_UPDATED', 'STATUS_INSTANCE', 'REMOVE_INSTANCE'],
    },
  });
  return open;
}

describe('connecting', () => {
  it('shows a QR code as PNG and opens after the scan', async () => {
    await using open = await unpaired();
    const { body } = await open.call('GET', '/instance/connect/a');
    const png = Buffer.from(body.base64.replace('data:image/png;base64,', ''), 'base64');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(body).toMatchObject({ pairingCode: null, count: 1 });
    await open.post('/simulator/scan/a', { number: '905551234567', profileName: 'Dükkân' });
    await until('open', () => open.states('a').includes('open'));
    expect(open.states('a')).toEqual(['connecting', 'connecting', 'open']);
    const { body: rows } = await open.call('GET', '/instance/fetchInstances?instanceName=a');
    expect(rows[0]).toMatchObject({
      connectionStatus: 'open',
      ownerJid: '905551234567@s.whatsapp.net',
      profileName: 'Dükkân',
    });
  });

  it('gives a pairing code for a number', async () => {
    await using open = await unpaired();
    const { body } = await open.call('GET', '/instance/connect/a?number=905551234567');
    expect(body.pairingCode).toMatch(/^[1-9A-Z]{8}$/);
  });

  it('rotates the code and refuses after the limit; the next connect starts again', async () => {
    await using open = await unpaired({ qrLimit: 2, qrRotationMs: 40 });
    await open.call('GET', '/instance/connect/a');
    await until('refused', () => open.states('a').includes('refused'));
    const codes = open.receiver.ofEvent('qrcode.updated').map(({ body }) => body.data);
    expect(codes.filter((data) => data.qrcode)).toHaveLength(2);
    expect(codes.find((data) => data.statusCode)).toEqual({
      message: 'QR code limit reached, please login again',
      statusCode: 500,
    });
    expect(open.stateOf('a')).toBe('close');
    expect((await open.call('GET', '/instance/connect/a')).body.count).toBe(1);
  });

  it('scans nothing where there is no code', async () => {
    await using open = await unpaired();
    expect((await open.post('/simulator/scan/a', {})).status).toBe(409);
  });
});

describe('losing the connection', () => {
  it('a drop is connecting and open again, and receipts wait for it', async () => {
    await using open = await OpenInstance.start({ reconnectMs: 60 });
    open.receiver.received.length = 0;
    await open.sendText('905551112233');
    await open.post('/simulator/drop/a', {});
    await until('the receipts', () => open.statuses().length === 3);
    const told = open.receiver.received.map(({ body }) => (body.data.state as string | undefined) ?? body.event);
    expect(told.slice(told.indexOf('connecting'), told.indexOf('open'))).not.toContain('messages.update');
    expect(open.states('a')).toEqual(['connecting', 'open']);
  });

  it('a final close announces its reason and needs a new QR code', async () => {
    await using open = await OpenInstance.start();
    await open.post('/simulator/close/a', { statusReason: 403 });
    await until('closed', () => open.states('a').includes('close'));
    expect(open.receiver.ofEvent('status.instance')[0]?.body.data).toMatchObject({
      status: 'closed',
      disconnectionReasonCode: 403,
    });
    expect(open.receiver.ofEvent('logout.instance')[0]?.body.data).toBeNull();
    expect((await open.sendText('905551112233')).status).toBeGreaterThanOrEqual(400);
    expect((await open.call('GET', '/instance/connect/a')).body).toHaveProperty('code');
  });

  it('a storm floods connection.update and ends in a reconnect', async () => {
    await using open = await OpenInstance.start();
    open.receiver.received.length = 0;
    await open.post('/simulator/storm/a', { perSecond: 100, seconds: 0.3 });
    expect((await open.sendText('905551112233')).body.response.message).toBe('Connection Closed');
    await until('open again', () => open.states('a').includes('open'));
    expect(open.states('a').filter((state) => state === 'connecting').length).toBeGreaterThanOrEqual(30);
    expect(open.states('a')).not.toContain('close');
  });
});

describe('deleting', () => {
  it('keeps the row and the name until remove.instance was delivered', async () => {
    await using open = await OpenInstance.start();
    const url = `${open.receiver.url}/fail/2/rm`;
    await open.post('/webhook/set/a', { webhook: { enabled: true, url, events: ['REMOVE_INSTANCE'] } });
    expect((await open.call('DELETE', '/instance/delete/a')).status).toBe(200);
    expect(open.stateOf('a')).toBe('close');
    expect((await open.post('/instance/create', { instanceName: 'a', integration: 'WHATSAPP-BAILEYS' })).status).toBe(
      403,
    );
    await until('gone', () => open.stateOf('a') === undefined);
    expect(open.receiver.ofEvent('remove.instance').map(({ answered }) => answered)).toEqual([500, 500, 200]);
  });
});
