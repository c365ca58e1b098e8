import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '#evolution/simulator/start-simulator.ts';
import { freePort, type Process, startProcess, until } from '#test/support/processes.ts';
import { AUTH_SECRET } from '#test/support/world.ts';
import { createEmptyDatabase, type EmptyDatabase } from './empty-database.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const login = { email: 'admin@example.com', password: 'correct horse battery' };
let simulator: Simulator;
let database: EmptyDatabase;
let dataDir: string;
let common: Record<string, string>;

/** An empty database, and what two processes on it have in common. */
beforeAll(async () => {
  database = await createEmptyDatabase();
  simulator = await startSimulator({ autoScanMs: 0, createWaitMs: 0, connectWaitMs: 0 });
  dataDir = await mkdtemp(join(tmpdir(), 'ulak-beside-'));
  common = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    EVOLUTION_URL: simulator.url,
    EVOLUTION_API_KEY: simulator.apiKey,
    AUTH_SECRET,
    ADMIN_EMAIL: login.email,
    ADMIN_PASSWORD: login.password,
    SEND_DELAY_FLOOR_SECONDS: '0',
    SMTP_URL: 'smtp://127.0.0.1:9',
    LOG_LEVEL: 'warn',
  };
});
afterAll(async () => {
  await simulator.close();
  await database[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const callerAt =
  (port: number, token = '') =>
  async (method: string, path: string, body?: unknown, type = JSON_TYPE) => {
    const content = body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body);
    const headers = { ...type, ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: content });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    // biome-ignore lint/suspicious/noExplicitAny: what is in it is what the test is about to say
    return (response.status === 204 ? null : response.json()) as Promise<any>;
  };

describe('one that answers and one that works, started at the same instant on an empty database', () => {
  let port: number;
  let api: Process;
  let worker: Process;
  let call: ReturnType<typeof callerAt>;
  beforeAll(async () => {
    port = await freePort();
    const env = { ...common, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` };
    [api, worker] = await Promise.all([
      startProcess({ ...env, ROLES: 'api' }),
      startProcess({ ...env, ROLES: 'worker' }),
    ]);
  });
  afterAll(async () => {
    await api?.[Symbol.asyncDispose]();
    await worker?.[Symbol.asyncDispose]();
  });

  it('both come up, and everything is made once', async () => {
    expect(await callerAt(port)('GET', '/readyz')).toEqual({ status: 'ready' });
    const folder = await readdir(new URL('../../drizzle', import.meta.url));
    const migrations = folder.filter((name) => name.endsWith('.sql'));
    expect(await database.count('drizzle.__drizzle_migrations')).toBe(migrations.length);
    expect(await database.count('users')).toBe(1);
    expect(await database.count('evolution_servers')).toBe(1);
    const { token, user } = await callerAt(port)('POST', '/v1/auth/sign-in/email', login);
    call = callerAt(port, token);
    await call('POST', `/v1/admin/users/${user.id}/credits`, { amount: 5, note: 'start' });
  });

  it('a campaign goes through both', async () => {
    await call('PUT', '/v1/admin/settings', { sendingWindow: { start: '00:00', end: '24:00' } });
    await call('PUT', '/v1/settings', { sendingWindow: { start: '00:00', end: '24:00', days: [1, 2, 3, 4, 5, 6, 7] } });
    const { id: instanceId } = await call('POST', '/v1/instances', {});
    await until('the scan', async () => (await call('GET', `/v1/instances/${instanceId}`)).status === 'open');
    const { id: groupId } = await call('POST', '/v1/groups', { name: 'All' });
    const file = 'firstName;phone\nAyşe;0532 111 00 01\nBurak;0532 111 00 02\n';
    const { id: importId } = await call('POST', `/v1/customers/import?groupId=${groupId}`, file, {
      'content-type': 'text/csv',
    });
    await until('the import', async () => (await call('GET', `/v1/imports/${importId}`)).status === 'completed');
    const body = {
      name: 'March',
      channel: 'whatsapp',
      text: 'Merhaba {{ firstName }}',
      audience: { groupIds: [groupId] },
      delay: { minSeconds: 0, maxSeconds: 0 },
    };
    const { id } = await call('POST', '/v1/campaigns', body);
    const done = await until('the campaign', async () => {
      const campaign = await call('GET', `/v1/campaigns/${id}`);
      return campaign.status === 'completed' && campaign.counts.read === 2 && campaign;
    });
    expect(done.credits).toEqual({ held: 0, spent: 2 });
  });

  it('0: both end at SIGTERM, and neither had anything to complain of', async () => {
    for (const one of [api, worker]) one.kill('SIGTERM');
    expect(await Promise.all([api.ended, worker.ended])).toEqual([0, 0]);
    for (const one of [api, worker]) expect(one.output()).not.toMatch(/"level":"(warn|error|fatal)"/);
  });
}, 60_000);
