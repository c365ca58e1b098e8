import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '#evolution/simulator/start-simulator.ts';
import { freePort, startProcess, until } from '#test/support/processes.ts';
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

it('two started at the same instant on an empty database: both come up, and everything is made once', async () => {
  const ports = [await freePort(), await freePort()];
  const starting = ports.map((port) =>
    startProcess({ ...common, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${ports[0]}` }),
  );
  const processes = await Promise.all(starting);
  for (const port of ports) {
    expect(await callerAt(port)('GET', '/readyz')).toEqual({ status: 'ready' });
    expect((await callerAt(port)('POST', '/v1/auth/sign-in/email', login)).user.role).toBe('admin');
  }
  const migrations = (await readdir(new URL('../../drizzle', import.meta.url))).filter((name) => name.endsWith('.sql'));
  expect(await database.count('drizzle.__drizzle_migrations')).toBe(migrations.length);
  expect(await database.count('users')).toBe(1);
  expect(await database.count('evolution_servers')).toBe(1);
  for (const one of processes) one.kill('SIGTERM');
  expect(await Promise.all(processes.map((one) => one.ended))).toEqual([0, 0]);
  for (const one of processes) expect(one.output()).not.toMatch(/"level":"(warn|error|fatal)"/);
}, 60_000);

it('one answers and one works: a campaign goes through', async () => {
  const port = await freePort();
  const env = { ...common, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` };
  const [api, worker] = await Promise.all([
    startProcess({ ...env, ROLES: 'api' }),
    startProcess({ ...env, ROLES: 'worker' }),
  ]);
  await using _api = api;
  await using _worker = worker;
  const { token: adminToken, user } = await callerAt(port)('POST', '/v1/auth/sign-in/email', login);
  const call = callerAt(port, adminToken);
  await call('PUT', '/v1/admin/settings', { sendingWindow: { start: '00:00', end: '24:00' } });
  await call('PUT', '/v1/settings', { sendingWindow: { start: '00:00', end: '24:00', days: [1, 2, 3, 4, 5, 6, 7] } });
  await call('POST', `/v1/admin/users/${user.id}/credits`, { amount: 5, note: 'start' });
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
  for (const one of [api, worker]) {
    one.kill('SIGTERM');
    expect(await one.ended).toBe(0);
    expect(one.output()).not.toMatch(/"level":"(error|fatal)"/);
  }
}, 60_000);
