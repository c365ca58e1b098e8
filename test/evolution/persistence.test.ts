import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator } from '#evolution/simulator/start-simulator.ts';
import { OpenInstance, quick } from './open-instance.ts';
import { until, WebhookReceiver } from './webhook-receiver.ts';

const main = fileURLToPath(new URL('../../evolution/simulator/main.ts', import.meta.url));
let directory: string;
let stateFile: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'simulator-'));
  stateFile = join(directory, 'state.ndjson');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function startProcess(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [main, '--api-key', 'k', '--state-file', stateFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SIMULATOR_CREATE_WAIT_MS: '0', SIMULATOR_AUTO_SCAN_MS: '5', SIMULATOR_RECONNECT_MS: '10' },
  });
  const [line] = await once(child.stdout ?? child, 'data');
  return { child, url: JSON.parse(String(line)).url };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
async function call(url: string, method: string, path: string, body?: unknown): Promise<any> {
  const headers = { apikey: 'k', 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { method, headers, body: body ? JSON.stringify(body) : undefined });
  return response.json();
}

async function isOpen(url: string): Promise<boolean> {
  return (await call(url, 'GET', '/instance/connectionState/a')).instance.state === 'open';
}

describe('a state file', () => {
  it('reconnects open instances and resumes the receipts that were missing', async () => {
    await using receiver = await WebhookReceiver.start();
    const slow = { ...quick, stateFile, ackDelaysMs: { server: 10, delivery: 200, read: 220 } };
    const first = new OpenInstance(await startSimulator(slow), receiver);
    await first.create('a');
    const { body } = await first.sendText('905551112233');
    await until('the first receipt', () => first.statuses().length === 1);
    await first.simulator.close();
    receiver.received.length = 0;
    const second = new OpenInstance(await startSimulator(slow), receiver);
    await until('the rest', () => second.statuses(body.key.id).length === 2);
    expect(second.states('a')).toEqual(['connecting', 'open']);
    expect(second.statuses().toSorted()).toEqual(['DELIVERY_ACK', 'READ']);
    expect(second.simulator.sends()).toHaveLength(1);
    await second.simulator.close();
  });

  it('forgets deleted instances and leaves closed ones closed', async () => {
    await using open = await OpenInstance.start({ stateFile }, ['a', 'b', 'c']);
    await open.post('/simulator/close/b', { statusReason: 401 });
    await open.call('DELETE', '/instance/delete/c');
    await until('c gone', () => open.stateOf('c') === undefined);
    await open.simulator.close();
    const again = await startSimulator({ ...quick, stateFile });
    await until('a open', () => again.instances().find(({ name }) => name === 'a')?.state === 'open');
    expect(again.instances().map(({ name, state }) => [name, state])).toEqual([
      ['a', 'open'],
      ['b', 'close'],
    ]);
    await again.close();
  });

  it('survives kill -9: instances, messages and counts are there again', async () => {
    const { child, url } = await startProcess();
    await call(url, 'POST', '/instance/create', { instanceName: 'a', integration: 'WHATSAPP-BAILEYS', qrcode: true });
    await until('open', () => isOpen(url));
    const { key } = await call(url, 'POST', '/message/sendText/a', { number: '905551112233', text: 'kalıcı' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const again = await startProcess();
    await until('open again', () => isOpen(again.url));
    const { messages } = await call(again.url, 'POST', '/chat/findMessages/a', { where: { key: { id: key.id } } });
    const counts = await call(again.url, 'GET', '/simulator/counts');
    expect(messages.records[0].message.conversation).toBe('kalıcı');
    expect(counts).toMatchObject({ total: 1, byNumber: { '905551112233': 1 }, doubled: [] });
    again.child.kill('SIGTERM');
    expect((await once(again.child, 'exit'))[0]).toBe(0);
  });
});
